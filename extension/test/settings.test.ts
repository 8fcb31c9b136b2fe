import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { declaredSettings, explicitSettings, type SettingLayers } from "../src/settings";

const DECLARED = [
  { key: "model", scope: "machine-overridable", restricted: true },
  { key: "endpoint", scope: "machine", restricted: false },
  { key: "debounceMs", scope: "window", restricted: false },
  { key: "languages", scope: "resource", restricted: false },
  { key: "server.command", scope: "machine", restricted: false },
  { key: "memory.allowedServers", scope: "machine", restricted: false },
];

function explicit(layers: Record<string, SettingLayers>, { trusted = true } = {}): unknown {
  return explicitSettings(DECLARED, (key) => layers[key], trusted);
}

describe("explicit settings", () => {
  test("nothing set sends nothing, whatever the defaults are", () => {
    assert.deepEqual(explicit({}), {});
  });

  test("a value equal to the default is sent once somebody wrote it", () => {
    assert.deepEqual(explicit({ model: { globalValue: "auto" } }), { model: "auto" });
  });

  test("an explicit null is a value", () => {
    assert.deepEqual(explicit({ debounceMs: { globalValue: null } }), { debounceMs: null });
  });

  test("dots in the key become nesting", () => {
    const layers = {
      "server.command": { globalValue: ["holdfast"] },
      "memory.allowedServers": { globalValue: ["http://10.0.0.2"] },
    };
    assert.deepEqual(explicit(layers), {
      server: { command: ["holdfast"] },
      memory: { allowedServers: ["http://10.0.0.2"] },
    });
  });

  test("the folder wins over the workspace, the workspace over the user", () => {
    const layers = { debounceMs: { globalValue: 1, workspaceValue: 2, workspaceFolderValue: 3 } };
    assert.deepEqual(explicit(layers), { debounceMs: 3 });
  });

  test("object settings are merged over the layers", () => {
    const layers = { languages: { globalValue: { "*": false, go: true }, workspaceValue: { go: false, rust: true } } };
    assert.deepEqual(explicit(layers), { languages: { "*": false, go: false, rust: true } });
  });

  test("a machine setting never comes from a workspace", () => {
    const layers = { endpoint: { globalValue: "http://a", workspaceValue: "http://b" } };
    assert.deepEqual(explicit(layers), { endpoint: "http://a" });
  });

  test("a restricted setting comes from a workspace only when it is trusted", () => {
    const layers = { model: { globalValue: "mine", workspaceValue: "theirs" } };
    assert.deepEqual(explicit(layers), { model: "theirs" });
    assert.deepEqual(explicit(layers, { trusted: false }), { model: "mine" });
  });

  test("values of the wrong type travel as they are: the sidecar reports them", () => {
    assert.deepEqual(explicit({ languages: { globalValue: "python" } }), { languages: "python" });
  });
});

describe("declared settings", () => {
  const manifest: unknown = JSON.parse(readFileSync("package.json", "utf8"));

  test("every setting of the package is found, with its scope", () => {
    const scopes = Object.fromEntries(declaredSettings(manifest).map(({ key, scope }) => [key, scope]));
    assert.equal(scopes["server.command"], "machine");
    assert.equal(scopes["endpoint"], "machine");
    assert.equal(scopes["provider"], "machine");
    assert.equal(scopes["moreEndpoints"], "machine");
    assert.equal(scopes["ggufFile"], "machine");
    assert.equal(scopes["fallback.endpoint"], "machine");
    assert.equal(scopes["allowedRemoteModels"], "machine");
    assert.equal(scopes["memory.allowedServers"], "machine");
    assert.equal(scopes["memory.summaries"], "machine");
    assert.equal(scopes["sessions.modelRedaction"], "machine");
    assert.equal(Object.keys(scopes).length, 39);
  });

  test("models are restricted in an untrusted workspace", () => {
    const restricted = declaredSettings(manifest).filter((setting) => setting.restricted);
    assert.deepEqual(restricted.map(({ key }) => key), ["model", "embeddingModel"]);
  });

  test("a manifest without settings declares none", () => {
    assert.deepEqual(declaredSettings({}), []);
    assert.deepEqual(declaredSettings(null), []);
  });
});
