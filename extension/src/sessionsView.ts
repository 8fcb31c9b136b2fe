// The Sessions view: groups and sessions as the sidecar gives them. Nothing is kept here but what is on screen.

import { type Disposable, EventEmitter, ThemeIcon, TreeItem, TreeItemCollapsibleState, type TreeDataProvider, window } from "vscode";
import { type SessionRow, sessionRows } from "./sessionAnswers";

/** Asks the sidecar; undefined when none runs. */
export type Ask = (command: string, ...args: unknown[]) => Promise<unknown>;

export class SessionsView implements TreeDataProvider<SessionRow>, Disposable {
  readonly #ask: Ask;
  readonly #changed = new EventEmitter<undefined>();
  readonly #view = window.createTreeView("holdfast.sessions", { treeDataProvider: this, showCollapseAll: true });

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Asks for all rows anew. */
  refresh(): void {
    this.#changed.fire(undefined);
  }

  async getChildren(row?: SessionRow): Promise<SessionRow[]> {
    return sessionRows(await this.#ask("holdfast.listSessions", { within: row?.within ?? null }));
  }

  getTreeItem(row: SessionRow): TreeItem {
    const isGroup = row.session === undefined;
    const item = new TreeItem(row.label, isGroup ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.None);
    item.description = row.description;
    item.tooltip = row.tooltip === "" ? row.label : row.tooltip;
    if (isGroup) return item;
    item.contextValue = row.pinned ? "pinnedSession" : "session";
    item.iconPath = new ThemeIcon(row.pinned ? "pinned" : "comment-discussion");
    item.command = { command: "holdfast.readSession", title: "Open", arguments: [row] };
    return item;
  }

  dispose(): void {
    this.#view.dispose();
    this.#changed.dispose();
  }
}
