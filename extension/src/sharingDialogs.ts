// What a person is asked, and shown, around sharing session logs. Each step is the sidecar's; this only carries the words.

import { env, type MessageItem, Uri, window, workspace } from "vscode";
import { problemOf, sessionText, summaryOf } from "./sessionAnswers";
import { type Show, tell } from "./sessionDialogs";
import { isObject, type JsonObject } from "./settings";

type Send = (argument?: unknown) => Promise<unknown>;

/** From "not set up" to "belongs", as far as this machine can go now; where it belongs, shows how sharing stands. */
export async function shareSessionLogs(send: Send, show: Show): Promise<unknown> {
  let answer = await send({});
  if (stateOf(answer) === "not_set_up") {
    const place = await choosePlace();
    if (place === undefined) return undefined;
    answer = await send(place);
  }
  if (stateOf(answer) === "recovery") answer = await proveRecoveryKey(send, answer);
  if (stateOf(answer) === "admission") answer = await compareConfirmation(send, answer);
  if (stateOf(answer) === "waiting") return showCode(answer);
  const text = sessionText(answer);
  if (text === undefined) return tell(answer);
  await show(text);
  return answer;
}

/** Admits the machine that shows a code. */
export async function pairMachine(send: Send): Promise<unknown> {
  const code = await window.showInputBox({ title: "Pair a Machine", prompt: "The code that the other machine shows", ignoreFocusOut: true });
  if (code === undefined || code.trim() === "") return undefined;
  const admit = "Admit";
  const detail = "It must be your own: whoever has it can read what you discussed with every tool.";
  if ((await window.showWarningMessage("Let that machine read all sessions?", { modal: true, detail }, admit)) !== admit) return undefined;
  const answer = await send({ code });
  if (problemOf(answer) === undefined) void window.showInformationMessage("The machine is admitted.", { modal: true, detail: summaryOf(answer) });
  else tell(answer);
  return answer;
}

async function choosePlace(): Promise<JsonObject | undefined> {
  const folder = { label: "A folder", description: "that Syncthing, Dropbox, a NAS or a stick carries to your other machines" };
  const git = { label: "A git remote", description: "a repository of your own for nothing else" };
  const chosen = await window.showQuickPick([folder, git], { title: "Share Session Logs: over what? All is encrypted to your machines." });
  if (chosen === folder) {
    const picked = await window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, openLabel: "Share Here", ...beside() });
    return picked?.[0] === undefined ? undefined : { folder: picked[0].fsPath };
  }
  if (chosen !== git) return undefined;
  const url = await window.showInputBox({ title: "Share Session Logs", prompt: "The git remote's URL", ignoreFocusOut: true });
  if (url === undefined || url.trim() === "") return undefined;
  const share = "Share There";
  const detail = "Everybody who can read it will see that you share, when and how much, and the names of your machines; not what.";
  return (await window.showWarningMessage(`Share over ${url.trim()}?`, { modal: true, detail }, share)) === share ? { git: url.trim() } : undefined;
}

async function proveRecoveryKey(send: Send, answer: unknown): Promise<unknown> {
  const key = wordOf(answer, "recovery");
  const go: MessageItem = { title: "I Have Written It Down" };
  const copy: MessageItem = { title: "Copy" };
  const detail = `${key}\n\nIt is shown once and kept nowhere. When all your machines are lost, it alone opens what was shared.`;
  const choice = await window.showInformationMessage("This is the recovery key.", { modal: true, detail }, go, copy);
  if (choice === undefined) return { summary: "Nothing was made." };
  if (choice === copy) await env.clipboard.writeText(key);
  const typed = await window.showInputBox({ title: "Share Session Logs", prompt: "The last six characters of the recovery key", ignoreFocusOut: true });
  return typed === undefined ? { summary: "Nothing was made." } : send({ proof: typed });
}

async function compareConfirmation(send: Send, answer: unknown): Promise<unknown> {
  const confirmation = wordOf(answer, "confirmation");
  const same = "It Shows the Same";
  const detail = "Nothing leaves this machine before you have compared them.";
  const question = `“${wordOf(answer, "by")}” has admitted this machine. Does it show ${confirmation}?`;
  const choice = await window.showWarningMessage(question, { modal: true, detail }, same);
  return choice === same ? send({ confirmed: confirmation }) : { summary: "Nothing is shared yet." };
}

async function showCode(answer: unknown): Promise<unknown> {
  const code = wordOf(answer, "code");
  const copy = "Copy";
  const detail = `On a machine that belongs already, run “Holdfast: Pair a Machine” (or \`holdfast sync approve ${code}\`). Then run “Share Session Logs” here once more.`;
  const choice = await window.showInformationMessage(`The code of this machine is ${code}`, { modal: true, detail }, copy);
  if (choice === copy) await env.clipboard.writeText(code);
  return answer;
}

function stateOf(answer: unknown): string {
  return wordOf(answer, "state");
}

function wordOf(answer: unknown, name: string): string {
  const value: unknown = isObject(answer) ? answer[name] : undefined;
  return typeof value === "string" ? value : "";
}

/** Where the dialog begins: not in the workspace, which is the one place that must not be shared over. */
function beside(): { defaultUri?: Uri } {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  return folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, "..") };
}
