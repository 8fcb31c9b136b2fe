import {
  commands,
  type Disposable,
  MarkdownString,
  StatusBarAlignment,
  type StatusBarItem,
  ThemeColor,
  window,
} from "vscode";
import { displayLocal, displaySidecar, type LocalStatus, type Problem, type SidecarStatus, type StatusDisplay } from "./status";

/** Opens the palette at this extension's commands. */
const MENU = { command: "workbench.action.quickOpen", title: "Holdfast commands", arguments: [">Holdfast: "] };
const SHOW_PROBLEM = { command: "holdfast.showProblem", title: "What to do" };

/** The status bar item `holdfast.status`, and the context keys that decide which commands the palette offers. */
export class StatusBar implements Disposable {
  readonly #item: StatusBarItem;
  #problem: Problem | undefined;

  constructor() {
    this.#item = window.createStatusBarItem("holdfast.status", StatusBarAlignment.Right, 100);
    this.#item.name = "Holdfast";
    this.showLocal({ state: "starting" });
    this.#item.show();
  }

  /** What went wrong, while the item says so. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  showSidecar(status: SidecarStatus): void {
    this.#problem = undefined;
    this.#show(displaySidecar(status), true);
    setContext("paused", status.state === "paused");
  }

  showLocal(status: LocalStatus): void {
    this.#problem = status.state === "failed" ? status.problem : undefined;
    this.#show(displayLocal(status), false);
  }

  dispose(): void {
    this.#item.dispose();
  }

  #show(display: StatusDisplay, running: boolean): void {
    this.#item.text = display.text;
    this.#item.tooltip = display.tooltip === "" ? undefined : new MarkdownString(display.tooltip);
    this.#item.accessibilityInformation = { label: display.label };
    this.#item.backgroundColor =
      display.severity === "none" ? undefined : new ThemeColor(`statusBarItem.${display.severity}Background`);
    this.#item.command = this.#problem === undefined ? MENU : SHOW_PROBLEM;
    setContext("running", running);
  }
}

function setContext(key: string, value: boolean): void {
  void commands.executeCommand("setContext", `holdfast.${key}`, value);
}
