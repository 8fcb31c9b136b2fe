// What the status bar says. The sidecar decides its own state; this file only knows how each state looks.

import { commands, type Disposable, MarkdownString, StatusBarAlignment, type StatusBarItem, ThemeColor, window } from "vscode";
import { isObject } from "./settings";

const SIDECAR_STATES = ["ready", "indexing", "thinking", "embedded", "offline", "paused"] as const;
type SidecarState = (typeof SIDECAR_STATES)[number];

/** The notification `holdfast/status`. */
export interface SidecarStatus {
  readonly state: SidecarState;
  /** Short, shown beside the name; may be empty. */
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly model: string | null;
  /** The model was named in `holdfast.allowedRemoteModels` and runs off this machine: prompts leave it. */
  readonly remote: boolean;
}

/** Something only the person can put right, and how. */
export interface Problem {
  readonly message: string;
  readonly remedy: string;
}

/** What is known while no sidecar answers. */
export type LocalStatus =
  | { readonly state: "starting" }
  | { readonly state: "preparing"; readonly step: string }
  | { readonly state: "restarting"; readonly afterMs: number }
  | { readonly state: "failed"; readonly problem: Problem };

export interface StatusDisplay {
  readonly text: string;
  readonly tooltip: string;
  /** Read out by screen readers, so without icons. */
  readonly label: string;
  readonly severity: "none" | "warning" | "error";
}

const ICONS: Readonly<Record<SidecarState | LocalStatus["state"], string>> = {
  ready: "check",
  indexing: "sync~spin",
  thinking: "loading~spin",
  embedded: "library",
  offline: "debug-disconnect",
  paused: "debug-pause",
  starting: "loading~spin",
  preparing: "loading~spin",
  restarting: "sync~spin",
  failed: "error",
};

/** The notification's parameters, or undefined when they are not what this extension understands. */
export function parseStatus(params: unknown): SidecarStatus | undefined {
  if (!isObject(params)) return undefined;
  const state = SIDECAR_STATES.find((known) => known === params["state"]);
  if (state === undefined) return undefined;
  const { text, tooltip, model, remote } = params;
  return {
    state,
    text: typeof text === "string" ? text : "",
    tooltip: typeof tooltip === "string" ? tooltip : "",
    model: typeof model === "string" ? model : null,
    remote: remote === true,
  };
}

/** How a sidecar's status looks. */
export function displaySidecar(status: SidecarStatus): StatusDisplay {
  const words = status.text === "" ? wordsFor(status.state) : status.text;
  return {
    // A prompt that leaves the machine is never hidden behind a hover.
    text: `${icon(status.state)} ${named(words)}${status.remote ? " $(globe)" : ""}`,
    tooltip: status.tooltip,
    label: named(words) + (status.remote ? ", on another machine" : ""),
    severity: "none",
  };
}

/** How the time without a sidecar looks. */
export function displayLocal(status: LocalStatus): StatusDisplay {
  const [words, tooltip] = localWords(status);
  return {
    text: `${icon(status.state)} ${named(words)}`,
    tooltip,
    label: named(words),
    severity: status.state === "failed" ? "error" : "none",
  };
}

function localWords(status: LocalStatus): [words: string, tooltip: string] {
  switch (status.state) {
    case "starting":
      return ["starting", "Holdfast is starting."];
    case "preparing":
      return ["preparing", `Holdfast prepares its private Python environment, once: ${status.step}`];
    case "restarting":
      return ["restarting", `Holdfast stopped unexpectedly and starts again in ${String(status.afterMs / 1000)} s.`];
    case "failed":
      return ["not running", `${status.problem.message}\n\n${status.problem.remedy}`];
  }
}

function icon(state: keyof typeof ICONS): string {
  return `$(${ICONS[state]})`;
}

function named(words: string): string {
  return words === "" ? "Holdfast" : `Holdfast: ${words}`;
}

function wordsFor(state: SidecarState): string {
  return state === "ready" || state === "thinking" ? "" : state;
}

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
