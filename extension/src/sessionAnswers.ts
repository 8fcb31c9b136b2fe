// What the sidecar's commands about sessions return. Answers come over the wire, so every field is looked at before it is
// used, and a list that is none is empty.

import { isObject } from "./settings";

/** A row of the Sessions view, as the sidecar wants it shown. */
export interface SessionRow {
  /** What to ask for to get the rows within; undefined for a row that holds none. */
  readonly within: string | undefined;
  /** The session, undefined for a group. */
  readonly session: string | undefined;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly pinned: boolean;
}

/** A place that a search found. */
export interface SessionHit {
  readonly session: string;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** A tool whose sessions are on this machine. */
export interface FoundTool {
  readonly tool: string;
  readonly label: string;
  readonly description: string;
  readonly allowed: boolean;
}

export interface SessionText {
  readonly title: string;
  readonly markdown: string;
}

/** What went wrong, in the sidecar's words; undefined when nothing did. */
export function problemOf(answer: unknown): string | undefined {
  if (!isObject(answer) || typeof answer["error"] !== "string") return undefined;
  return text(answer["summary"]) === "" ? answer["error"] : text(answer["summary"]);
}

/** What was done, in the sidecar's words. */
export function summaryOf(answer: unknown): string {
  return isObject(answer) ? text(answer["summary"]) : "";
}

export function sessionRows(answer: unknown): SessionRow[] {
  return objectsIn(answer, "rows").map((row) => ({
    within: word(row["within"]),
    session: word(row["session"]),
    label: text(row["label"]),
    description: text(row["description"]),
    tooltip: text(row["tooltip"]),
    pinned: row["pinned"] === true,
  }));
}

export function sessionHits(answer: unknown): SessionHit[] {
  return objectsIn(answer, "hits").flatMap((hit) => {
    const session = word(hit["session"]);
    if (session === undefined) return [];
    return [{ session, label: text(hit["label"]), description: text(hit["description"]), detail: text(hit["detail"]) }];
  });
}

export function foundTools(answer: unknown): FoundTool[] {
  return objectsIn(answer, "tools").flatMap((found) => {
    const tool = word(found["tool"]);
    if (tool === undefined) return [];
    return [{ tool, label: text(found["label"]), description: text(found["description"]), allowed: found["allowed"] === true }];
  });
}

export function sessionText(answer: unknown): SessionText | undefined {
  if (!isObject(answer) || typeof answer["markdown"] !== "string" || answer["markdown"] === "") return undefined;
  return { title: text(answer["title"]) === "" ? "Session" : text(answer["title"]), markdown: answer["markdown"] };
}

/** Where the ids of sessions stand in a text, as offsets. */
export function sessionIds(document: string): { readonly id: string; readonly start: number; readonly end: number }[] {
  return [...document.matchAll(/(?<=\bsession )[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu)].map(({ 0: id, index }) => ({
    id,
    start: index,
    end: index + id.length,
  }));
}

function objectsIn(answer: unknown, name: string): Readonly<Record<string, unknown>>[] {
  const list: unknown = isObject(answer) ? answer[name] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function word(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
