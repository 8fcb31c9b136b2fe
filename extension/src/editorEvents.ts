// What the sidecar is told of the editor beside documents: where the cursor rests, tasks that ended, problems that came or went.

import {
  type Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  languages,
  tasks,
  type TextEditor,
  TextEditorSelectionChangeKind,
  type Uri,
  window,
} from "vscode";
import type { FeatureState, LanguageClient, StaticFeature } from "vscode-languageclient/node";

const RESTS_AFTER_MS = 150;
const PROBLEMS_SETTLE_MS = 3_000;
const MOST_MESSAGES = 3;

abstract class EventFeature implements StaticFeature {
  readonly #client: LanguageClient;
  #subscriptions: readonly Disposable[] = [];

  constructor(client: LanguageClient) {
    this.#client = client;
  }

  fillClientCapabilities(): void {
    // LSP knows no such capability.
  }

  getState(): FeatureState {
    return { kind: "static" };
  }

  initialize(): void {
    this.#subscriptions = this.subscribe();
  }

  clear(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  protected abstract subscribe(): readonly Disposable[];

  protected send(notification: string, params: object): void {
    if (this.#client.isRunning()) void this.#client.sendNotification(notification, params);
  }
}

/**
 * Sends `holdfast/cursorMoved`, so that the sidecar prepares there what the first key will need: when another file comes
 * to the front, and when the cursor is put elsewhere by mouse or command; never while typing.
 */
export class CursorMoved extends EventFeature {
  #timer: NodeJS.Timeout | undefined;

  protected override subscribe(): readonly Disposable[] {
    this.#later(window.activeTextEditor);
    return [
      window.onDidChangeActiveTextEditor((editor) => { this.#later(editor); }),
      window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
        if (kind === TextEditorSelectionChangeKind.Mouse || kind === TextEditorSelectionChangeKind.Command) this.#later(textEditor);
      }),
    ];
  }

  override clear(): void {
    clearTimeout(this.#timer);
    super.clear();
  }

  #later(editor: TextEditor | undefined): void {
    clearTimeout(this.#timer);
    if (editor !== undefined) this.#timer = setTimeout(() => { this.#tell(editor); }, RESTS_AFTER_MS);
  }

  #tell(editor: TextEditor): void {
    const { line, character } = editor.selection.active;
    this.send("holdfast/cursorMoved", { uri: editor.document.uri.toString(), position: { line, character } });
  }
}

/** Sends `holdfast/taskEnded` and `holdfast/diagnosticsChanged` for the session log; never what stands in a terminal. */
export class WorkEvents extends EventFeature {
  readonly #waiting = new Map<string, Uri>();
  readonly #told = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  protected override subscribe(): readonly Disposable[] {
    return [
      tasks.onDidEndTaskProcess(({ execution: { task }, exitCode }) => {
        if (exitCode !== undefined) this.send("holdfast/taskEnded", { name: `${task.source}: ${task.name}`, exitCode });
      }),
      languages.onDidChangeDiagnostics(({ uris }) => { this.#changed(uris); }),
    ];
  }

  override clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
    super.clear();
  }

  /** Problems come and go with every key; what is left when they have settled counts. */
  #changed(uris: readonly Uri[]): void {
    for (const uri of uris) if (uri.scheme === "file") this.#waiting.set(uri.toString(), uri);
    if (this.#waiting.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#settled(); }, PROBLEMS_SETTLE_MS);
  }

  #settled(): void {
    for (const [key, uri] of this.#waiting) {
      const problems = problemsIn(languages.getDiagnostics(uri));
      const state = JSON.stringify(problems);
      const before = this.#told.get(key) ?? JSON.stringify(problemsIn([]));
      if (state === before) continue;
      this.#told.set(key, state);
      this.send("holdfast/diagnosticsChanged", { uri: key, ...problems });
    }
    this.#waiting.clear();
  }
}

function problemsIn(diagnostics: readonly Diagnostic[]): { errors: number; warnings: number; messages: string[] } {
  const errors = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Error);
  const warnings = diagnostics.filter(({ severity }) => severity === DiagnosticSeverity.Warning);
  return { errors: errors.length, warnings: warnings.length, messages: errors.slice(0, MOST_MESSAGES).map(({ message }) => message) };
}
