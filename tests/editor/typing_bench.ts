// Types a plan in VS Code, key by key in real time, and writes down which ghost text stood there after each key.
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, startRecording, stopRecording } from './ghost_recorder.ts';
import type { Meter, PlannedKey, PlannedPassage, SeenKey, SeenPassage, TypingPlan } from './typing_plan.ts';
import { withWorkbench, type Workbench } from './workbench.ts';

/** What would type along with the one who types, or cover the ghost text: off, so that each key types what it says. */
const ALONE = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoClosingOvertype': 'never',
  'editor.autoClosingDelete': 'never',
  'editor.autoSurround': 'never',
  'editor.autoIndent': 'none',
  'editor.formatOnType': false,
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.parameterHints.enabled': false,
  'editor.hover.enabled': 'off',
  'editor.cursorBlinking': 'solid',
  'holdfast.embedded': 'off',
};
/** A pause in which a request is looked for. */
const PAUSE_SECONDS = 0.3;

const [planFile, resultFile] = process.argv.slice(2);
if (planFile === undefined || resultFile === undefined) throw new Error('usage: typing_bench.ts PLAN RESULT');
const plan = JSON.parse(fs.readFileSync(planFile, 'utf8')) as TypingPlan;
const [first] = plan.passages;
if (first === undefined) throw new Error('the plan has no passage');

const request = { files: plan.files, open: first.path, settings: { ...ALONE, ...plan.settings }, machineSettings: { 'holdfast.endpoint': plan.endpoint } };
await withWorkbench('typing-bench', request, async (workbench) => {
  await workbench.statusBecomes(['check'], 120_000);
  const seen: SeenPassage[] = [];
  for (const passage of plan.passages) seen.push(await typePassage(workbench, passage));
  fs.writeFileSync(resultFile, JSON.stringify(seen, undefined, 1));
});

async function typePassage(workbench: Workbench, passage: PlannedPassage): Promise<SeenPassage> {
  const before = await meter();
  await workbench.goTo(passage.path, passage.line, passage.column);
  await sleep(passage.restSeconds * 1000);
  await startRecording(workbench.page);
  const opened = await meter();
  const { pressed, asked } = await typeKeys(workbench, passage.keys);
  const typed = await meter();
  const frames = await stopRecording(workbench.page);
  const keys = passage.keys.slice(0, asked.length).map((key, at) => seenAfter(key, frames, pressed[at] ?? 0, pressed[at + 1] ?? 0, asked[at] ?? null));
  checkTyped(passage, frames);
  return { keys, opening: difference(opened, before), typing: difference(typed, opened) };
}

/** When each key was pressed, and the end; and whether a request was sent in the pause after it. */
async function typeKeys(workbench: Workbench, keys: readonly PlannedKey[]): Promise<{ pressed: number[]; asked: (boolean | null)[] }> {
  const pressed: number[] = [];
  const asked: (boolean | null)[] = [];
  let due = now();
  for (const { text, seconds } of keys) {
    const before = seconds > PAUSE_SECONDS ? await meter() : undefined;
    await sleep(Math.max(0, due - now()));
    const at = now();
    pressed.push(at);
    await workbench.key(text);
    due = at + seconds * 1000;
    if (before === undefined) {
      asked.push(null);
    } else {
      await sleep(Math.max(0, due - now() - 20));
      asked.push((await meter()).requests > before.requests);
    }
  }
  await sleep(Math.max(0, due - now()));
  return { pressed: [...pressed, now()], asked };
}

/** The frames that show the key's own text, between this key and the next. */
function seenAfter(key: PlannedKey, frames: readonly Frame[], at: number, next: number, asked: boolean | null): SeenKey {
  const own = frames.filter((frame) => frame.at >= at && frame.at < next && frame.line === key.line && frame.text === key.lineText);
  return { shown: own.map((frame) => ({ afterMs: frame.at - at, ghost: frame.ghost })), tookMs: next - at, asked };
}

/** Throws when the editor does not show what was typed: then nothing that was seen means anything. */
function checkTyped(passage: PlannedPassage, frames: readonly Frame[]): void {
  const key = passage.keys.at(-1);
  const last = frames.at(-1);
  if (key !== undefined && (last?.line !== key.line || last.text !== key.lineText)) {
    throw new Error(`${passage.path}: the cursor should be behind ${JSON.stringify(key.lineText)} in line ${key.line}; it is in ${JSON.stringify(last)}`);
  }
}

async function meter(): Promise<Meter> {
  return (await (await fetch(`${plan.endpoint}/meter`)).json()) as Meter;
}

function difference(later: Meter, earlier: Meter): Meter {
  return {
    requests: later.requests - earlier.requests,
    primings: later.primings - earlier.primings,
    prefilled_bytes: later.prefilled_bytes - earlier.prefilled_bytes,
    primed_bytes: later.primed_bytes - earlier.primed_bytes,
    most_open: later.most_open,
  };
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
