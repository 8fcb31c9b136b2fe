import { commands, type ExtensionContext, languages, window, workspace } from "vscode";
import { CommandAnswers } from "./commands";
import { SessionLinks } from "./sessionLinks";
import { SessionsView } from "./sessionsView";
import { StatusBar } from "./status";
import { SidecarSupervisor } from "./supervisor";

let supervisor: SidecarSupervisor | undefined;

/** Builds everything once, in order, and starts the sidecar; what it decides it decides there. */
export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("Holdfast", { log: true });
  const statusBar = new StatusBar();
  const answers = new CommandAnswers();
  const started = new SidecarSupervisor(context, log, statusBar, answers);
  supervisor = started;
  const sessions = new SessionsView((command, ...args) => started.ask(command, ...args));
  started.onSessionsChanged = () => { sessions.refresh(); };
  context.subscriptions.push(
    log,
    statusBar,
    answers,
    started,
    sessions,
    languages.registerDocumentLinkProvider({ scheme: "holdfast" }, new SessionLinks()),
    commands.registerCommand("holdfast.refreshSessions", () => { sessions.refresh(); }),
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
  await supervisor?.stop();
}

async function showProblem(statusBar: StatusBar): Promise<void> {
  if (statusBar.problem === undefined) return;
  const { message, remedy } = statusBar.problem;
  const choice = await window.showErrorMessage(`${message} ${remedy}`, "Retry", "Show Log");
  if (choice === "Retry") await commands.executeCommand("holdfast.restart");
  if (choice === "Show Log") await commands.executeCommand("holdfast.showLog");
}
