import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createdManifest } from "../src/answers";

describe("the answer of Create CLAUDE.md", () => {
  test("is taken as the sidecar gives it", () => {
    const answer = { path: "CLAUDE.md", uri: "file:///shop/CLAUDE.md", written: true, diff: "+a\n", summary: "CLAUDE.md is written." };
    assert.deepEqual(createdManifest(answer), { written: true, uri: "file:///shop/CLAUDE.md", diff: "+a\n", summary: "CLAUDE.md is written." });
  });
  test("opens nothing but a file", () => {
    assert.equal(createdManifest({ written: true, uri: "command:evil" }).uri, undefined);
  });
  test("has words of its own when there are none", () => {
    const nothing = { written: false, uri: undefined, diff: "", summary: "CLAUDE.md could not be written." };
    for (const answer of [null, undefined, 3, { written: "yes", uri: 4, diff: [], summary: "" }]) {
      assert.deepEqual(createdManifest(answer), nothing);
    }
  });
  test("an error's words are shown", () => {
    const error = { error: "The workspace is not trusted.", remedy: "Trust it.", kind: "other", summary: "The workspace is not trusted. Trust it." };
    assert.equal(createdManifest(error).summary, "The workspace is not trusted. Trust it.");
  });
});
