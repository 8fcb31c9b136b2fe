// Types a plan in a real VS Code and writes down what was on screen: `node tests/editor/typing_bench.mjs [--as-built] PLAN RESULT`.
// Builds the extension first unless told not to. Exit 3, loudly, where there is no browser to draw the editor; in CI that
// is a failure. tests/bench/editor_typing_bench.py writes the plan and counts.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { missingParts } from './missing_parts.mjs';
import { NODE, REPOSITORY, setUpEditor } from './setup.mjs';

const SKIPPED = 3;
const { values, positionals } = parseArgs({ options: { 'as-built': { type: 'boolean' } }, allowPositionals: true });

process.exitCode = main();

function main() {
  const canBuild = missingParts()?.mustBeThere !== false;
  if (canBuild && values['as-built'] !== true) {
    const made = spawnSync('make', ['--no-print-directory', 'build/editor/ready', 'vsix'], { stdio: 'inherit', cwd: REPOSITORY });
    if (made.status !== 0) return made.status ?? 1;
  }
  const missing = missingParts();
  if (missing !== undefined) {
    const isFailure = Boolean(process.env['CI']) || missing.mustBeThere;
    console.error(`\n*** TYPING IN THE REAL EDITOR ${isFailure ? 'FAILED' : 'WAS SKIPPED'}: ${missing.what} ***\n`);
    return isFailure ? 1 : SKIPPED;
  }
  setUpEditor();
  const script = new URL('typing_bench.ts', import.meta.url).pathname;
  return spawnSync(NODE, [script, ...positionals], { stdio: 'inherit', cwd: REPOSITORY }).status ?? 1;
}
