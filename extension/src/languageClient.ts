// How this editor speaks to a sidecar: the settings, commands and cursor that only the editor knows.

import { createInterface } from "node:readline";
import { type Disposable, type LogOutputChannel, type TextEditor, TextEditorSelectionChangeKind, Uri, window, workspace } from "vscode";
import {
  CloseAction,
  ErrorAction,
  type FeatureState,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  type StaticFeature,
  TransportKind,
} from "vscode-languageclient/node";
import type { CommandAnswers } from "./commands";
import type { Launch } from "./server";
import { declaredSettings, explicitSettings, type JsonObject, SECTION } from "./settings";

export interface ClientRequest {
  readonly launch: Launch;
  readonly log: LogOutputChannel;
  readonly answers: CommandAnswers;
  /** This extension's package.json. */
  readonly manifest: unknown;
  /** The sidecar is gone although nobody stopped the client. */
  readonly onClosed: () => void;
}

/** A client that is not started yet. It never restarts the sidecar and shows no message of its own. */
export function createLanguageClient({ launch, log, answers, manifest, onClosed }: ClientRequest): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }],
    initializationOptions: () => ({ workspaceTrusted: workspace.isTrusted, ...readSettings(manifest, undefined) }),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    stdioOptions: {
      stdout: () => undefined, // carries LSP alone
      // What it says on stderr is its log, not an error of ours.
      stderr: (input) => { createInterface({ input }).on("line", (line) => { log.info(line); }); },
    },
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        onClosed();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: middleware(answers, manifest),
  };
  const [program, ...args] = launch.command;
  const executable = { command: program, args: [...args, "serve"], transport: TransportKind.stdio };
  const environment = { env: { ...process.env, ...launch.env } };
  const client = new QuietClient("holdfast", "Holdfast", { ...executable, options: environment }, options);
  client.registerFeature(new CursorMoved(client));
  return client;
}

/** A client whose errors go to the log alone: the status bar says what is wrong, and a toast for each would be a storm. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function middleware(answers: CommandAnswers, manifest: unknown): Middleware {
  return {
    executeCommand: (command, args: unknown[], next) => answers.execute(command, args, next),
    workspace: {
      configuration: (params, token, next) =>
        params.items.every((item) => item.section === SECTION)
          ? params.items.map(({ scopeUri }) => readSettings(manifest, scopeUri))
          : next(params, token),
      // The change alone is news; the values are asked for, so that no default travels as if it had been set.
      didChangeConfiguration: (_sections, next) => next(undefined),
    },
  };
}

function readSettings(manifest: unknown, scopeUri: string | undefined): JsonObject {
  const configuration = workspace.getConfiguration(SECTION, scopeUri === undefined ? undefined : Uri.parse(scopeUri));
  return explicitSettings(declaredSettings(manifest), (key) => configuration.inspect(key), workspace.isTrusted);
}

const RESTS_AFTER_MS = 150;

/**
 * Sends `holdfast/cursorMoved`, so that the sidecar prepares there what the first key will need: when another file comes
 * to the front, and when the cursor is put elsewhere by mouse or command; never while typing.
 */
class CursorMoved implements StaticFeature {
  readonly #client: LanguageClient;
  #subscriptions: readonly Disposable[] = [];
  #timer: NodeJS.Timeout | undefined;

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
    this.#subscriptions = [
      window.onDidChangeActiveTextEditor((editor) => { this.#later(editor); }),
      window.onDidChangeTextEditorSelection(({ kind, textEditor }) => {
        if (kind === TextEditorSelectionChangeKind.Mouse || kind === TextEditorSelectionChangeKind.Command) this.#later(textEditor);
      }),
    ];
    this.#later(window.activeTextEditor);
  }

  clear(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }

  #later(editor: TextEditor | undefined): void {
    clearTimeout(this.#timer);
    if (editor !== undefined) this.#timer = setTimeout(() => { this.#send(editor); }, RESTS_AFTER_MS);
  }

  #send(editor: TextEditor): void {
    if (!this.#client.isRunning()) return;
    const { line, character } = editor.selection.active;
    const place = { uri: editor.document.uri.toString(), position: { line, character } };
    void this.#client.sendNotification("holdfast/cursorMoved", place);
  }
}
