// What is to be typed, as typing_bench.py plans it, and what was seen, as it counts it.

export interface TypingPlan {
  /** The model server; its `/meter` says what was asked of it. */
  readonly endpoint: string;
  /** Of the editor, beside those of the bench. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The workspace: texts by relative path, without what will be typed. */
  readonly files: Readonly<Record<string, string>>;
  readonly passages: readonly PlannedPassage[];
}

export interface PlannedPassage {
  readonly path: string;
  /** Where the first key is typed; both from 1. */
  readonly line: number;
  readonly column: number;
  /** Between the cursor's arrival and the first key. */
  readonly restSeconds: number;
  readonly keys: readonly PlannedKey[];
}

export interface PlannedKey {
  /** One character; a line break with the indentation of the next line. */
  readonly text: string;
  /** Until the next key. */
  readonly seconds: number;
  /** The cursor's line after this key: its number, and its text, which ends at the cursor. */
  readonly line: number;
  readonly lineText: string;
}

export interface Meter {
  readonly requests: number;
  readonly primings: number;
  readonly prefilled_bytes: number;
  readonly primed_bytes: number;
  readonly most_open: number;
}

export interface SeenKey {
  /** The ghost texts that stood at the cursor after this key, in order, with the milliseconds since the key; "" is none. */
  readonly shown: readonly { readonly afterMs: number; readonly ghost: string }[];
  /** Milliseconds from this key to the next, or to the end. */
  readonly tookMs: number;
  /** Whether a request was sent until then; null where nobody looked. */
  readonly asked: boolean | null;
}

export interface SeenPassage {
  readonly keys: readonly SeenKey[];
  /** What was asked while the file opened, and from the first key to the last one's end. */
  readonly opening: Meter;
  readonly typing: Meter;
}
