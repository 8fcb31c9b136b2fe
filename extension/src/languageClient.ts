// How this editor speaks to a sidecar: the settings and commands that only the editor knows.

import { createInterface } from "node:readline";
import { type LogOutputChannel, Uri, workspace } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  TransportKind,
} from "vscode-languageclient/node";
import type { CommandAnswers } from "./commands";
import { CursorMoved, WorkEvents } from "./editorEvents";
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
  client.registerFeature(new WorkEvents(client));
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
