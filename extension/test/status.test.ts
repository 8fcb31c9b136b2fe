import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { displayLocal, displaySidecar, parseStatus, type SidecarStatus, StatusBar } from "../src/status";
import { seen } from "./vscode";

const READY: SidecarStatus = { state: "ready", text: "qwen2.5-coder:1.5b", tooltip: "**Ready**", model: "qwen2.5-coder:1.5b", remote: false };

describe("a sidecar's status", () => {
  const shown = [
    { name: "ready shows what the sidecar says", status: READY, text: "$(check) Holdfast: qwen2.5-coder:1.5b" },
    { name: "ready without words is the name alone", status: { ...READY, text: "" }, text: "$(check) Holdfast" },
    { name: "indexing", status: { ...READY, state: "indexing", text: "" }, text: "$(sync~spin) Holdfast: indexing" },
    { name: "thinking", status: { ...READY, state: "thinking" }, text: "$(loading~spin) Holdfast: qwen2.5-coder:1.5b" },
    { name: "embedded", status: { ...READY, state: "embedded", text: "" }, text: "$(library) Holdfast: embedded" },
    { name: "offline", status: { ...READY, state: "offline", text: "" }, text: "$(debug-disconnect) Holdfast: offline" },
    { name: "paused", status: { ...READY, state: "paused", text: "" }, text: "$(debug-pause) Holdfast: paused" },
    { name: "an allowed model that runs elsewhere is marked", status: { ...READY, remote: true }, text: "$(check) Holdfast: qwen2.5-coder:1.5b $(globe)" },
  ] as const;
  for (const { name, status, text } of shown) {
    test(name, () => { assert.equal(displaySidecar(status).text, text); });
  }

  test("what a screen reader says has no icons and tells that the model is elsewhere", () => {
    assert.equal(displaySidecar({ ...READY, remote: true }).label, "Holdfast: qwen2.5-coder:1.5b, on another machine");
  });
});

describe("status notifications", () => {
  test("a whole one is taken as it is", () => { assert.deepEqual(parseStatus({ ...READY }), READY); });

  test("missing and mistyped fields are left empty", () => {
    const bare = { state: "ready", text: "", tooltip: "", model: null, remote: false };
    assert.deepEqual(parseStatus({ state: "ready" }), bare);
    assert.deepEqual(parseStatus({ state: "ready", text: 1, tooltip: [], model: 0, remote: "yes" }), bare);
  });

  for (const params of [undefined, null, "ready", [], {}, { state: "dancing" }]) {
    test(`${JSON.stringify(params)} is refused`, () => { assert.equal(parseStatus(params), undefined); });
  }
});

describe("without a sidecar", () => {
  test("a failure is an error and names the remedy in the tooltip", () => {
    const display = displayLocal({ state: "failed", problem: { message: "No Python.", remedy: "Install one." } });
    assert.deepEqual(display, {
      text: "$(error) Holdfast: not running",
      tooltip: "No Python.\n\nInstall one.",
      label: "Holdfast: not running",
      severity: "error",
    });
  });

  test("preparing says which step", () => {
    const { text, tooltip } = displayLocal({ state: "preparing", step: "downloading" });
    assert.equal(text, "$(loading~spin) Holdfast: preparing");
    assert.match(tooltip, /once: downloading/u);
  });

  test("a coming restart says when", () => {
    assert.match(displayLocal({ state: "restarting", afterMs: 2000 }).tooltip, /again in 2 s/u);
  });
});

describe("the status bar item", () => {
  const bar = new StatusBar();
  const problem = { message: "No Python.", remedy: "Install one." };

  test("begins as starting, and offers no command of a sidecar", () => {
    assert.equal(seen.item?.visible, true);
    assert.equal(seen.item.text, "$(loading~spin) Holdfast: starting");
    assert.equal(seen.context["holdfast.running"], false);
  });

  test("a click on a problem says what to do, until a sidecar answers", () => {
    bar.showLocal({ state: "failed", problem });
    assert.deepEqual(bar.problem, problem);
    assert.equal(seen.item?.command?.command, "holdfast.showProblem");
    assert.equal(seen.item.backgroundColor?.id, "statusBarItem.errorBackground");
    bar.showSidecar(READY);
    assert.equal(bar.problem, undefined);
    assert.equal(seen.item.command.command, "workbench.action.quickOpen");
    assert.equal(seen.item.backgroundColor, undefined);
  });

  test("the palette offers Pause or Resume, whichever there is to do", () => {
    bar.showSidecar({ ...READY, state: "paused" });
    assert.deepEqual(seen.context, { "holdfast.running": true, "holdfast.paused": true });
    bar.showSidecar(READY);
    assert.deepEqual(seen.context, { "holdfast.running": true, "holdfast.paused": false });
  });
});
