// The sidecar's life: which one, started, spoken to, started again when it dies, and stopped.

import { accessSync, constants, readdirSync } from "node:fs";
import path from "node:path";
import { type Disposable, type ExtensionContext, type LogOutputChannel, ProgressLocation, window, workspace } from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { CommandAnswers } from "./commands";
import { prepareEnvironment, programRunner } from "./environment";
import { createLanguageClient } from "./languageClient";
import { CannotStart, chooseServer, findOnPath, type Launch, makeReady, restartDelay, type Server } from "./server";
import { SECTION } from "./settings";
import { parseStatus, type Problem, type StatusBar } from "./status";

/** One sidecar per window; starts are serialised, and a crash is answered with a restart after a growing pause. */
export class SidecarSupervisor implements Disposable {
  readonly #context: ExtensionContext;
  readonly #log: LogOutputChannel;
  readonly #statusBar: StatusBar;
  readonly #answers: CommandAnswers;
  readonly #stopping = new AbortController();
  /** Called when other sessions are in the log than before, and when another sidecar answers. */
  onSessionsChanged: () => void = () => undefined;
  #client: LanguageClient | undefined;
  #lastStart: Promise<void> = Promise.resolve();
  #queuedStart: Promise<void> | undefined;
  #crashedAt: number[] = [];
  #pendingRestart: NodeJS.Timeout | undefined;

  constructor(context: ExtensionContext, log: LogOutputChannel, statusBar: StatusBar, answers: CommandAnswers) {
    this.#context = context;
    this.#log = log;
    this.#statusBar = statusBar;
    this.#answers = answers;
  }

  /** Starts the sidecar, or stops the running one and starts it anew; the outcome is in the status bar and the log. */
  async restart(): Promise<void> {
    this.#crashedAt = [];
    // Also ends a start that hangs, which the next one would wait for.
    await this.#stopClient();
    await this.#startAgain();
  }

  /** Tells the sidecar that the person now trusts the workspace. */
  async workspaceTrusted(): Promise<void> {
    if (this.#client?.isRunning() !== true) return; // it is told when it starts
    await this.#client.sendNotification("holdfast/workspaceTrusted", { trusted: true });
  }

  /** What the sidecar answers to one of its commands, without the dialogs that a person would see; undefined while none runs. */
  async ask(command: string, ...args: unknown[]): Promise<unknown> {
    const client = this.#client;
    if (client?.isRunning() !== true) return undefined;
    try {
      return await client.sendRequest("workspace/executeCommand", { command, arguments: args });
    } catch (error) {
      this.#log.warn(`${command}: ${String(error)}`);
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.dispose();
    await this.#stopClient();
    await this.#lastStart;
  }

  dispose(): void {
    this.#stopping.abort();
    clearTimeout(this.#pendingRestart);
  }

  #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Starts once the start in progress is over; all who ask meanwhile wait for the same one. */
  #startAgain(): Promise<void> {
    clearTimeout(this.#pendingRestart);
    this.#queuedStart ??= this.#lastStart = this.#lastStart.then(() => {
      this.#queuedStart = undefined;
      return this.#start();
    });
    return this.#queuedStart;
  }

  async #start(): Promise<void> {
    await this.#stopClient();
    if (this.#stopped()) return;
    this.#statusBar.showLocal({ state: "starting" });
    const warn = (message: string): void => { this.#log.warn(message); };
    try {
      const launch = await makeReady(this.#chooseServer(), (wheel) => this.#prepare(wheel), warn);
      await this.#run(launch);
    } catch (error) {
      if (!this.#stopped()) this.#failed(problemIn(error));
    }
  }

  async #run(launch: Launch): Promise<void> {
    this.#log.info(`Starting ${launch.command.join(" ")} serve --stdio`);
    const client = createLanguageClient({
      launch,
      log: this.#log,
      answers: this.#answers,
      manifest: this.#context.extension.packageJSON,
      onClosed: () => { this.#ended(client, "Its process ended."); },
    });
    this.#client = client;
    client.onNotification("holdfast/status", (params: unknown) => {
      const status = parseStatus(params);
      if (status === undefined) this.#log.warn(`A status that this extension does not know: ${JSON.stringify(params)}`);
      else if (client === this.#client) this.#statusBar.showSidecar(status);
    });
    client.onNotification("holdfast/sessionsChanged", () => { this.onSessionsChanged(); });
    try {
      await client.start();
      this.onSessionsChanged();
    } catch (error) {
      if (client === this.#client && isLaunchFailure(error)) {
        throw new CannotStart({
          message: `${launch.command[0]} cannot be started: there is no such program, or it may not be run.`,
          remedy: "Correct the setting holdfast.server.command, or install Holdfast again; then Retry.",
        });
      }
      this.#ended(client, `It could not be started: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #stopClient(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.dispose();
    } catch (error) {
      // A client whose server died cannot stop it once more; there is nothing left to release.
      this.#log.debug(`While stopping: ${String(error)}`);
    }
  }

  /** The sidecar is gone although nobody stopped it; called once per client. */
  #ended(client: LanguageClient, how: string): void {
    if (client !== this.#client || this.#stopped()) return;
    this.#client = undefined;
    this.#crashedAt.push(Date.now());
    const afterMs = restartDelay(this.#crashedAt, Date.now());
    this.#log.error(`The sidecar is gone. ${how}`);
    if (afterMs === undefined) {
      this.#failed({
        message: "Holdfast stopped several times in a row and is not started again.",
        remedy: `${how} Show Log says more; Retry starts it once more.`,
      });
      return;
    }
    this.#statusBar.showLocal({ state: "restarting", afterMs });
    this.#pendingRestart = setTimeout(() => void this.#startAgain(), afterMs);
  }

  #failed(problem: Problem): void {
    this.#log.error(`${problem.message} ${problem.remedy}`);
    this.#statusBar.showLocal({ state: "failed", problem });
  }

  #chooseServer(): Server {
    const folder = this.#context.asAbsolutePath("server");
    return chooseServer({
      configured: workspace.getConfiguration(SECTION).inspect("server.command")?.globalValue,
      wheel: filesIn(folder).filter((name) => name.endsWith(".whl")).map((name) => path.join(folder, name))[0],
      onPath: findOnPath("holdfast", { path: process.env["PATH"] ?? "", platform: process.platform, isExecutable }),
    });
  }

  async #prepare(wheel: string): Promise<string> {
    const storage = this.#context.globalStorageUri.fsPath;
    let tell: (step: string) => void = () => undefined;
    const preparation = prepareEnvironment({
      wheel,
      storage,
      platform: process.platform,
      run: programRunner(storage, (line) => { this.#log.info(line); }, this.#stopping.signal),
      report: (step) => {
        this.#log.info(`Private environment: ${step}`);
        this.#statusBar.showLocal({ state: "preparing", step });
        tell(step);
      },
    });
    const progress = { location: ProgressLocation.Notification, title: "Holdfast: private Python environment" };
    return window.withProgress(progress, (notification) => {
      tell = (step) => { notification.report({ message: step }); };
      return preparation;
    });
  }
}

/** The language client throws this text, and no Error, when the operating system starts no process. */
function isLaunchFailure(error: unknown): boolean {
  return typeof error === "string" && error.startsWith("Launching server");
}

function problemIn(error: unknown): Problem {
  if (error instanceof CannotStart) return error.problem;
  return { message: `Holdfast could not prepare its sidecar: ${String(error)}`, remedy: "Put that right; then Retry." };
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a package without a sidecar has no such folder
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
