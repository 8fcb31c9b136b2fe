// As much of VS Code as the status bar touches, and what was done with it: the bundle of the tests takes it for `vscode`.

export enum StatusBarAlignment { Left = 1, Right = 2 }

export class MarkdownString {
  constructor(readonly value: string) {}
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

/** What a status bar item shows; the last one created. */
export interface ShownItem {
  text: string;
  tooltip: MarkdownString | undefined;
  backgroundColor: ThemeColor | undefined;
  command: { readonly command: string } | undefined;
  visible: boolean;
}

/** The window as it is now. */
export const seen: { item: ShownItem | undefined; readonly context: Record<string, unknown> } = { item: undefined, context: {} };

export const window = {
  createStatusBarItem() {
    const item = {
      text: "",
      tooltip: undefined,
      backgroundColor: undefined,
      command: undefined,
      visible: false,
      show() { this.visible = true; },
      dispose() { this.visible = false; },
    };
    seen.item = item;
    return item;
  },
};

export const commands = {
  executeCommand(command: string, key: string, value: unknown): Promise<void> {
    if (command === "setContext") seen.context[key] = value;
    return Promise.resolve();
  },
};
