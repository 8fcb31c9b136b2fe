import { type Disposable, type TextEditor, TextEditorSelectionChangeKind, window } from "vscode";

const RESTS_AFTER_MS = 150;

/** Where the cursor came to rest: the sidecar prepares there what the first key will need. */
export interface CursorPlace {
  readonly uri: string;
  readonly position: { readonly line: number; readonly character: number };
}

/** Tells `moved` when another file is in front, or the cursor was put elsewhere by mouse or command; never while typing. */
export class CursorWatch implements Disposable {
  readonly #subscriptions: Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(moved: (place: CursorPlace) => void) {
    const later = (editor: TextEditor | undefined): void => {
      clearTimeout(this.#timer);
      if (editor === undefined) return;
      this.#timer = setTimeout(() => {
        const { line, character } = editor.selection.active;
        moved({ uri: editor.document.uri.toString(), position: { line, character } });
      }, RESTS_AFTER_MS);
    };
    this.#subscriptions = [
      window.onDidChangeActiveTextEditor(later),
      window.onDidChangeTextEditorSelection((change) => {
        const byHand = change.kind === TextEditorSelectionChangeKind.Mouse || change.kind === TextEditorSelectionChangeKind.Command;
        if (byHand) later(change.textEditor);
      }),
    ];
    later(window.activeTextEditor);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
