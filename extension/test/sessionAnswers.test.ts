import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { foundTools, problemOf, sessionHits, sessionIds, sessionRows, sessionText, summaryOf } from "../src/sessionAnswers";

describe("the sidecar's answers about sessions", () => {
  test("rows are groups and sessions; what is missing is empty", () => {
    const group = { within: "today", session: null, label: "Today", description: "2", tooltip: "", pinned: false };
    const session = { within: null, session: "s1", label: "Cents", description: "claude-code", tooltip: "T", pinned: true };
    assert.deepEqual(sessionRows({ rows: [group, session, { label: 3 }, "no row", null] }), [
      { ...group, session: undefined },
      { ...session, within: undefined },
      { within: undefined, session: undefined, label: "", description: "", tooltip: "", pinned: false },
    ]);
  });

  test("a hit without a session and a tool without a name are passed over", () => {
    const hit = { session: "s1", label: "L", description: "D", detail: "said" };
    const tool = { tool: "cline", label: "Cline", description: "3 sessions", allowed: true };
    assert.deepEqual(sessionHits({ hits: [hit, { label: "L" }] }), [hit]);
    assert.deepEqual(foundTools({ tools: [tool, { label: "L" }, 7] }), [tool]);
  });

  test("a session's text has a title, and without a text there is nothing to show", () => {
    assert.deepEqual(sessionText({ title: "Cents", markdown: "# Cents" }), { title: "Cents", markdown: "# Cents" });
    assert.deepEqual(sessionText({ title: 3, markdown: "x" }), { title: "Session", markdown: "x" });
    assert.deepEqual([sessionText({ markdown: "" }), sessionText({}), sessionText(undefined)], [undefined, undefined, undefined]);
  });

  test("a problem is told in the sidecar's words, what was done as well", () => {
    assert.equal(problemOf({ error: "It broke.", remedy: "Mend it.", summary: "It broke. Mend it." }), "It broke. Mend it.");
    assert.equal(problemOf({ error: "It broke." }), "It broke.");
    assert.equal(problemOf({ summary: "Done." }), undefined);
    assert.equal(summaryOf({ summary: "Done." }), "Done.");
    assert.deepEqual([summaryOf({ summary: 3 }), summaryOf(null), summaryOf([])], ["", "", ""]);
  });

  test("ids of sessions are found where they are named as such", () => {
    const id = "0192f0c1-0000-7000-8000-00000000abcd";
    const text = `said in session ${id}, session ${id}\n${id} session 0192`;
    assert.deepEqual(sessionIds(text).map(({ start, end }) => text.slice(start, end)), [id, id]);
  });

  for (const answer of [undefined, null, 3, "x", [], {}, { rows: {}, hits: 3, tools: null }]) {
    test(`nothing comes of ${JSON.stringify(answer)}`, () => {
      assert.deepEqual([sessionRows(answer), sessionHits(answer), foundTools(answer)], [[], [], []]);
      assert.equal(problemOf(answer), undefined);
    });
  }
});
