// What the sidecar's commands return, as Markdown a person reads. Answers come over the wire, so every field is
// looked at before it is used; a missing one is left out.

import { isObject, type JsonObject } from "./settings";

/** The answer of `holdfast.refreshProjectContext` in one line. */
export function refreshSummary(answer: unknown): string {
  if (isObject(answer) && typeof answer["summary"] === "string" && answer["summary"] !== "") return answer["summary"];
  return "The project context is up to date.";
}

/** The answer of `holdfast.explainSuggestion`: what was asked, what came of it, and why. */
export function explanationMarkdown(answer: unknown): string {
  if (!isObject(answer)) return "# Last suggestion\n\nNothing was asked for yet in this window.\n";
  const { outcome, sources } = answer;
  const facts = [
    fact("Outcome", typeof outcome === "string" ? outcome.replaceAll("_", " ") : undefined),
    fact("Reason", answer["reason"]),
    fact("What to do", answer["remedy"]),
    fact("Engine", answer["engine"]),
    fact("Model", answer["model"]),
    fact("Server", answer["server"]),
    fact("Learnt from", Array.isArray(sources) ? sources.map(String).join(", ") : undefined),
    ...timings(answer["timings_ms"]),
  ];
  return page("Last suggestion", facts, answer);
}

/** The answer of `holdfast.showContext`: what would be sent for the cursor. */
export function contextMarkdown(answer: unknown): string {
  if (!isObject(answer)) return "# Context at the cursor\n\nThere is none for this file.\n";
  const facts = [fact("Prompt", tokens(answer["prompt_tokens"])), fact("Budget", tokens(answer["budget_tokens"]))];
  return page("Context at the cursor", facts, answer);
}

/** The answer of `holdfast.createManifest`. */
export interface CreatedManifest {
  readonly written: boolean;
  /** Where it lies; only a file's URI is one to open. */
  readonly uri: string | undefined;
  /** What an existing file lacks, "" for nothing. */
  readonly diff: string;
  readonly summary: string;
}

export function createdManifest(answer: unknown): CreatedManifest {
  const fields = isObject(answer) ? answer : {};
  const { uri, diff, summary } = fields;
  return {
    written: fields["written"] === true,
    uri: typeof uri === "string" && uri.startsWith("file:") ? uri : undefined,
    diff: typeof diff === "string" ? diff : "",
    summary: typeof summary === "string" && summary !== "" ? summary : "CLAUDE.md could not be written.",
  };
}

function page(title: string, facts: readonly (string | undefined)[], answer: JsonObject): string {
  const blocks: unknown[] = Array.isArray(answer["blocks"]) ? answer["blocks"] : [];
  const prompt = answer["prompt"];
  return [
    `# ${title}`,
    facts.filter((line) => line !== undefined).join("\n"),
    `## Context: ${blocks.length === 0 ? "none" : counted(blocks.length, "block")}`,
    ...blocks.filter(isObject).map(blockMarkdown),
    ...(typeof prompt === "string" && prompt !== "" ? ["## Prompt, as it is sent", fenced(prompt)] : []),
    "",
  ].join("\n\n");
}

function blockMarkdown(block: JsonObject): string {
  const lines = Array.isArray(block["lines"]) ? `:${block["lines"].map(String).join("–")}` : "";
  const foundBy = Array.isArray(block["found_by"]) ? block["found_by"].map(String).join(", ") : "";
  const details = [word(block["kind"]), tokens(block["tokens"]), foundBy === "" ? undefined : `found by ${foundBy}`];
  return [
    `### ${word(block["path"]) ?? "(no file)"}${lines}`,
    details.filter((detail) => detail !== undefined).join(" · "),
    ...sourcesMarkdown(block["sources"]),
    fenced(word(block["text"]) ?? ""),
  ].join("\n\n");
}

/** Where what is remembered was said; the view makes links of the sessions' ids. */
function sourcesMarkdown(value: unknown): string[] {
  const sources = Array.isArray(value) ? value.filter(isObject) : [];
  const sessions = new Set(sources.map((source) => word(source["session"])).filter((id) => id !== undefined));
  return sessions.size === 0 ? [] : [`said in ${[...sessions].map((id) => `session ${id}`).join(", ")}`];
}

function timings(value: unknown): (string | undefined)[] {
  if (!isObject(value)) return [];
  const parts = Object.entries(value)
    .filter((entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] > 0)
    .map(([name, ms]) => `${name.replaceAll("_", " ")} ${ms.toFixed(ms < 10 ? 1 : 0)} ms`);
  return parts.length === 0 ? [] : [fact("Time", parts.join(" · "))];
}

function fact(name: string, value: unknown): string | undefined {
  const text = word(value);
  return text === undefined || text === "" ? undefined : `- **${name}:** ${text}`;
}

function tokens(value: unknown): string | undefined {
  return typeof value === "number" ? counted(value, "token") : undefined;
}

function word(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A fence longer than any run of backticks in the text, so that no text can end it. */
function fenced(text: string): string {
  const longest = (text.match(/`+/gu) ?? []).reduce((length, run) => Math.max(length, run.length), 2);
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${text.endsWith("\n") ? text : `${text}\n`}${fence}`;
}
