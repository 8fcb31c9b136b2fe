// What a person is asked, and shown, around the session log. What is done with the answers the sidecar decides.

import { env, window } from "vscode";
import { foundTools, problemOf, sessionHits, sessionText, type SessionText, summaryOf } from "./sessionAnswers";
import { isObject } from "./settings";

type Send = (argument?: unknown) => Promise<unknown>;
/** Opens a text as a read-only document. */
export type Show = (text: SessionText) => Promise<void>;

export async function recordDecision(send: Send): Promise<unknown> {
  const text = await window.showInputBox({
    title: "Record a Decision",
    prompt: "It is kept in the session log and steers suggestions and other tools from now on.",
    placeHolder: "Amounts are integers in cents, never floats",
  });
  if (text === undefined || text.trim() === "") return undefined;
  return tell(await send({ text }));
}

export async function readSession(send: Send, row: unknown, show: Show): Promise<unknown> {
  const answer = await send({ id: sessionOf(row) });
  const text = sessionText(answer);
  if (text === undefined) return tell(answer);
  await show(text);
  return answer;
}

/** A search while typing would ask for every key; it is asked when the words are complete. */
export async function searchSessions(search: Send, read: Send, show: Show): Promise<unknown> {
  const query = await window.showInputBox({ title: "Search Sessions", prompt: "Words of what was said, decided or worked on" });
  if (query === undefined || query.trim() === "") return undefined;
  const answer = await search({ query });
  const hits = sessionHits(answer);
  if (hits.length === 0) return tell(problemOf(answer) === undefined ? { summary: `Nothing was found for “${query}”.` } : answer);
  const chosen = await window.showQuickPick(hits, { title: `Sessions with “${query}”`, matchOnDetail: true });
  return chosen === undefined ? undefined : readSession(read, chosen, show);
}

export async function forgetSession(send: Send, row: unknown): Promise<unknown> {
  const id = sessionOf(row);
  const label = isObject(row) && typeof row["label"] === "string" ? row["label"] : "this session";
  const forget = "Forget";
  const detail = "It is removed from this machine for good, and from your other machines when they next sync. The tool it came from keeps its own files.";
  const choice = await window.showWarningMessage(`Forget “${label}”?`, { modal: true, detail }, forget);
  return choice === forget ? tell(await send({ id })) : undefined;
}

export async function carryOn(send: Send, show: Show): Promise<unknown> {
  const answer = await send();
  const text = sessionText(answer);
  if (text === undefined) return tell(answer);
  const open = "Open as a Document";
  const copy = "Copy to the Clipboard";
  const choice = await window.showQuickPick([open, copy], { title: "Carry On: what the last sessions here were about" });
  if (choice === open) await show(text);
  if (choice === copy) {
    await env.clipboard.writeText(text.markdown);
    void window.showInformationMessage("Holdfast: the digest is on the clipboard; paste it into any tool to go on there.");
  }
  return answer;
}

/** Nothing of a tool is read before the person has chosen it here. */
export async function importSessions(send: Send): Promise<unknown> {
  const found = await send();
  const tools = foundTools(found);
  if (tools.length === 0) return tell(found);
  const picks = tools.map((tool) => ({ ...tool, picked: tool.allowed }));
  const title = "Import Sessions: whose sessions may Holdfast read?";
  const chosen = await window.showQuickPick(picks, { title, canPickMany: true, ignoreFocusOut: true });
  if (chosen === undefined || chosen.length === 0) return undefined;
  return tell(await send({ tools: chosen.map(({ tool }) => tool) }));
}

/** Says what was done, or what went wrong. Not awaited: the message stays until it is dismissed. */
export function tell(answer: unknown): unknown {
  const problem = problemOf(answer);
  if (problem !== undefined) void window.showErrorMessage(`Holdfast: ${problem}`);
  else if (summaryOf(answer) !== "") void window.showInformationMessage(`Holdfast: ${summaryOf(answer)}`);
  return answer;
}

/** The session that a row of the view, or a hit, stands for. */
export function sessionOf(row: unknown): string | undefined {
  return isObject(row) && typeof row["session"] === "string" ? row["session"] : undefined;
}
