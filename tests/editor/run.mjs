// Runs the editor tests: `node tests/editor/run.mjs [--junit FILE] [TEST FILE…]`. Needs build/holdfast.vsix, the `.venv` and
// a chromium (chromium.mjs says which). Without one the tests are skipped, loudly; where CI is set, that is a failure.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { missingParts } from './missing_parts.mjs';
import { NODE, REPOSITORY, setUpEditor } from './setup.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({ options: { junit: { type: 'string' } }, allowPositionals: true });

process.exitCode = main();

function main() {
  const missing = missingParts();
  if (missing === undefined) return runTests();
  const isFailure = Boolean(process.env.CI) || missing.mustBeThere;
  console.error(`\n*** REAL-EDITOR TESTS ${isFailure ? 'FAILED' : 'SKIPPED'}: ${missing.what} ***\n`);
  writeOneResult(`<${isFailure ? 'failure' : 'skipped'} message="${inXml(missing.what)}"/>`);
  return isFailure ? 1 : 0;
}

function runTests() {
  setUpEditor();
  const compiler = path.join(REPOSITORY, 'extension', 'node_modules', 'typescript', 'bin', 'tsc');
  if (spawnSync(process.execPath, [compiler, '-p', here], { stdio: 'inherit' }).status !== 0) {
    writeOneResult('<failure message="the editor tests do not type-check"/>');
    return 1;
  }
  const files = positionals.length > 0 ? positionals : testFiles();
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stderr'];
  if (values.junit !== undefined) reporters.push('--test-reporter=junit', `--test-reporter-destination=${path.resolve(values.junit)}`);
  // One window at a time: two cores draw one workbench well, and two badly.
  const args = ['--test', '--test-concurrency=1', '--test-timeout=240000', ...reporters, ...files];
  return spawnSync(NODE, args, { stdio: 'inherit', cwd: REPOSITORY }).status ?? 1;
}

function testFiles() {
  const names = fs.readdirSync(here).filter((name) => name.endsWith('.test.ts'));
  return names.sort().map((name) => path.join(here, name));
}

/** @param {string} text */
function inXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** @param {string} result */
function writeOneResult(result) {
  if (values.junit === undefined) return;
  fs.writeFileSync(
    values.junit,
    `<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n<testcase name="real-editor tests" classname="editor">${result}</testcase>\n</testsuites>\n`,
  );
}
