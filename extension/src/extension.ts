import { commands, type ExtensionContext, window, workspace } from "vscode";
import { Sidecar } from "./client";
import { CommandAnswers } from "./commands";
import { CursorWatch } from "./cursorWatch";
import { StatusBar } from "./statusBar";

let sidecar: Sidecar | undefined;

/** Builds everything once, in order, and starts the sidecar; what it decides it decides there. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Holdfast", { log: true });
  const statusBar = new StatusBar();
  const answers = new CommandAnswers();
  const started = new Sidecar(context, log, statusBar, answers);
  sidecar = started;
  context.subscriptions.push(
    log,
    statusBar,
    answers,
    started,
    new CursorWatch((place) => { started.cursorMoved(place); }),
    commands.registerCommand("holdfast.restart", () => started.restart()),
    commands.registerCommand("holdfast.showLog", () => { log.show(); }),
    commands.registerCommand("holdfast.showProblem", () => showProblem(statusBar)),
    workspace.onDidGrantWorkspaceTrust(() => void started.workspaceTrusted()),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("holdfast.server.command")) void started.restart();
    }),
  );
  void started.restart();
}

export async function deactivate(): Promise<void> {
  await sidecar?.stop();
}

async function showProblem(statusBar: StatusBar): Promise<void> {
  if (statusBar.problem === undefined) return;
  const { message, remedy } = statusBar.problem;
  const choice = await window.showErrorMessage(`${message} ${remedy}`, "Retry", "Show Log");
  if (choice === "Retry") await commands.executeCommand("holdfast.restart");
  if (choice === "Show Log") await commands.executeCommand("holdfast.showLog");
}
