import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contextMarkdown, explanationMarkdown, refreshSummary } from "../src/answers";

const BLOCK = {
  path: "shop/prices.py",
  lines: [3, 9],
  kind: "function",
  found_by: ["imported_name", "similar_code"],
  tokens: 41,
  text: "def price():\n    ...",
};

describe("explaining a suggestion", () => {
  test("says what came of it, who made it, from what", () => {
    const text = explanationMarkdown({
      outcome: "shown",
      reason: null,
      engine: "model",
      model: "qwen2.5-coder:1.5b-base",
      prompt: "<|fim_prefix|>x",
      blocks: [BLOCK],
      timings_ms: { index: 0, context: 1.25, first_token: 48, total: 80.4 },
    });
    assert.equal(
      text,
      [
        "# Last suggestion\n",
        "- **Outcome:** shown",
        "- **Engine:** model",
        "- **Model:** qwen2.5-coder:1.5b-base",
        "- **Time:** context 1.3 ms · first token 48 ms · total 80 ms\n",
        "## Context: 1 block\n",
        "### shop/prices.py:3–9\n",
        "function · 41 tokens · found by imported_name, similar_code\n",
        "```\ndef price():\n    ...\n```\n",
        "## Prompt, as it is sent\n",
        "```\n<|fim_prefix|>x\n```\n\n",
      ].join("\n"),
    );
  });

  test("the embedded engine tells the files it learnt from", () => {
    const text = explanationMarkdown({ outcome: "typed_through", engine: "embedded", sources: ["a.py", "b/c.py"] });
    assert.match(text, /\*\*Outcome:\*\* typed through\n- \*\*Engine:\*\* embedded\n- \*\*Learnt from:\*\* a.py, b\/c.py/u);
  });

  test("silence has its reason and its remedy", () => {
    const text = explanationMarkdown({ outcome: "silent", reason: "no_server", remedy: "Start Ollama." });
    assert.match(text, /\*\*Reason:\*\* no_server\n- \*\*What to do:\*\* Start Ollama\./u);
    assert.match(text, /## Context: none/u);
  });

  for (const answer of [null, undefined, "?", []]) {
    test(`${JSON.stringify(answer)} means that nothing was asked for`, () => {
      assert.match(explanationMarkdown(answer), /Nothing was asked for yet/u);
    });
  }
});

describe("showing the context", () => {
  test("counts prompt and budget", () => {
    const text = contextMarkdown({ blocks: [BLOCK, BLOCK], prompt: "p", prompt_tokens: 1, budget_tokens: 1500 });
    assert.match(text, /- \*\*Prompt:\*\* 1 token\n- \*\*Budget:\*\* 1500 tokens/u);
    assert.match(text, /## Context: 2 blocks/u);
  });

  test("text that holds a fence cannot end its own", () => {
    const text = contextMarkdown({ blocks: [{ ...BLOCK, text: "````md\nx\n````" }], prompt: "" });
    assert.ok(text.includes("`````\n````md\nx\n````\n`````"));
  });

  test("what is remembered names the sessions it was said in, each once", () => {
    const sources = [{ session: "s1", entry: "b2:1" }, { session: "s1", entry: "b2:2" }, { session: "s2" }, "x"];
    assert.match(contextMarkdown({ blocks: [{ ...BLOCK, sources }] }), /\n\nsaid in session s1, session s2\n\n/u);
    assert.doesNotMatch(contextMarkdown({ blocks: [BLOCK] }), /said in/u);
  });

  test("blocks that are no objects are left out", () => {
    assert.doesNotMatch(contextMarkdown({ blocks: ["x", null] }), /###/u);
  });
});

describe("the refresh summary", () => {
  test("is the sidecar's own words", () => { assert.equal(refreshSummary({ summary: "12 files" }), "12 files"); });
  test("has words of its own when there are none", () => {
    assert.equal(refreshSummary(null), "The project context is up to date.");
  });
});
