// The sidecar's commands as a person sees them. The language client registers each id that the sidecar advertises;
// this middleware adds the arguments that only the editor knows, and shows the answers.

import {
  type Disposable,
  EventEmitter,
  ProgressLocation,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from "vscode";
import type { ExecuteCommandSignature } from "vscode-languageclient/node";
import { contextMarkdown, createdManifest, explanationMarkdown, refreshSummary } from "./answers";
import type { SessionText } from "./sessionAnswers";
import { carryOn, forgetSession, importSessions, readSession, recordDecision, searchSessions, sessionOf, tell } from "./sessionDialogs";
import { pairMachine, shareSessionLogs } from "./sharingDialogs";

const SCHEME = "holdfast";
const EXPLANATION = Uri.from({ scheme: SCHEME, path: "/Last Suggestion.md" });
const PROPOSAL = Uri.from({ scheme: SCHEME, path: "/What CLAUDE.md Lacks.diff" });
const CONTEXT = Uri.from({ scheme: SCHEME, path: "/Context at the Cursor.md" });

/** Runs the sidecar's commands and shows what they return; answers are read-only documents of the scheme `holdfast`. */
export class CommandAnswers implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly #texts = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(SCHEME, this);

  readonly onDidChange = this.#changed.event;

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  /** Middleware for `workspace/executeCommand`. */
  async execute(command: string, args: unknown[], next: ExecuteCommandSignature): Promise<unknown> {
    switch (command) {
      case "holdfast.refreshProjectContext":
        return refresh(async () => (await next(command, args)) as unknown);
      case "holdfast.createManifest":
        return this.#createManifest(async (document) => (await next(command, [document])) as unknown);
      case "holdfast.explainSuggestion":
        return this.#show(EXPLANATION, explanationMarkdown(await next(command, args)));
      case "holdfast.showContext":
        return this.#showContext(async (cursor) => (await next(command, [cursor])) as unknown);
      default:
        return this.#executeOnSessions(command, args, next);
    }
  }

  async #executeOnSessions(command: string, args: unknown[], next: ExecuteCommandSignature): Promise<unknown> {
    const ask = (name: string) => async (argument?: unknown) => (await next(name, argument === undefined ? [] : [argument])) as unknown;
    const send = ask(command);
    const show = (text: SessionText): Promise<void> => this.#show(sessionUri(text), text.markdown);
    switch (command) {
      case "holdfast.recordDecision":
        return recordDecision(send);
      case "holdfast.readSession":
        return readSession(send, args[0], show);
      case "holdfast.searchSessions":
        return searchSessions(send, ask("holdfast.readSession"), show);
      case "holdfast.forgetSession":
        return forgetSession(send, args[0]);
      case "holdfast.pinSession":
      case "holdfast.unpinSession":
        return tell(await send({ id: sessionOf(args[0]) }));
      case "holdfast.carryOn":
        return carryOn(send, show);
      case "holdfast.importSessions":
        return importSessions(send);
      case "holdfast.shareSessionLogs":
        return shareSessionLogs(send, show);
      case "holdfast.pairMachine":
        return pairMachine(send);
      case "holdfast.syncNow":
        return tell(await send());
      default:
        return (await next(command, args)) as unknown;
    }
  }

  async #showContext(ask: (cursor: unknown) => Promise<unknown>): Promise<void> {
    const editor = window.activeTextEditor;
    if (editor === undefined) {
      void window.showInformationMessage("Holdfast: open a file and put the cursor where you would type.");
      return;
    }
    const { line, character } = editor.selection.active;
    const answer = await ask({ uri: editor.document.uri.toString(), position: { line, character } });
    await this.#show(CONTEXT, contextMarkdown(answer));
  }

  /** Opens what was written; where there is a CLAUDE.md already, shows what it lacks. */
  async #createManifest(ask: (document: unknown) => Promise<unknown>): Promise<unknown> {
    const uri = window.activeTextEditor?.document.uri.toString();
    const answer = createdManifest(await ask(uri === undefined ? undefined : { uri }));
    if (answer.written && answer.uri !== undefined) {
      await window.showTextDocument(await workspace.openTextDocument(Uri.parse(answer.uri)));
    } else if (answer.diff !== "") {
      await this.#show(PROPOSAL, answer.diff);
    }
    void window.showInformationMessage(`Holdfast: ${answer.summary}`);
    return answer;
  }

  async #show(uri: Uri, text: string): Promise<void> {
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { preview: true, viewColumn: ViewColumn.Active });
  }
}

/** A document's tab shows the last part of its path; a title may hold what no path can. */
function sessionUri({ title }: SessionText): Uri {
  return Uri.from({ scheme: SCHEME, path: `/${title.replaceAll(/[/\\?%*:|"<>\s]+/gu, " ").trim().slice(0, 60)}.md` });
}

async function refresh(ask: () => Promise<unknown>): Promise<unknown> {
  const progress = { location: ProgressLocation.Window, title: "Holdfast: reading the project" };
  const answer = await window.withProgress(progress, ask);
  // Not awaited: the message stays until it is dismissed, and the command is done.
  void window.showInformationMessage(`Holdfast: ${refreshSummary(answer)}`);
  return answer;
}
