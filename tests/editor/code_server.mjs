// Starts and stops code-server, a VS Code workbench that a browser shows. All its state lies in one folder.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CODE_SERVER, NODE } from './setup.mjs';

/** Settings for a workbench that asks nobody anything and keeps still. */
const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'telemetry.feedback.enabled': false,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
};

/** No default key triggers an inline suggestion in a browser. */
const KEYBINDINGS = [{ key: 'ctrl+alt+i', command: 'editor.action.inlineSuggest.trigger', when: 'editorTextFocus' }];

/**
 * @typedef {object} Request
 * @property {string} home empty folder for everything that code-server writes; its path must be short (sockets)
 * @property {string} vsix the extension to install
 * @property {Record<string, unknown>} [settings] user settings beside the quiet ones
 * @property {Record<string, unknown>} [machineSettings] settings of this machine: where VS Code takes machine-scoped ones from
 * @property {NodeJS.ProcessEnv} [env] environment variables beside the few that are handed on
 * @property {number} [port] a free one unless given
 */

/**
 * Installs the extension, starts code-server and waits until it answers.
 * @param {Request} request
 */
export async function startCodeServer({ home, vsix, settings = {}, machineSettings = {}, env = {}, port }) {
  const userData = path.join(home, 'data');
  const temporary = path.join(home, 't');
  fs.mkdirSync(temporary, { recursive: true });
  writeJson(path.join(userData, 'User', 'settings.json'), { ...QUIET_SETTINGS, ...settings });
  writeJson(path.join(userData, 'User', 'keybindings.json'), KEYBINDINGS);
  writeJson(path.join(userData, 'Machine', 'settings.json'), machineSettings);
  const config = path.join(home, 'code-server.yaml');
  fs.writeFileSync(config, 'auth: none\ncert: false\n');
  const childEnv = {
    PATH: process.env.PATH,
    LANG: 'C.UTF-8',
    HOME: path.join(home, 'home'),
    TMPDIR: temporary,
    XDG_RUNTIME_DIR: temporary,
    // Without it the page asks the extension gallery for updates in spite of the settings.
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
    ...env,
  };
  const common = [CODE_SERVER, '--config', config, '--user-data-dir', userData, '--extensions-dir', path.join(home, 'extensions')];
  const installed = execFileSync(NODE, [...common, '--install-extension', vsix, '--force'], { env: childEnv, encoding: 'utf8' });
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const logFile = path.join(home, 'code-server.log');
  const log = fs.openSync(logFile, 'w');
  const child = spawn(
    NODE,
    [...common, '--bind-addr', address, '--auth', 'none', '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust',
      '--disable-getting-started-override', '--disable-proxy', '--disable-file-uploads', '--disable-file-downloads', '--ignore-last-opened'],
    { env: childEnv, stdio: ['ignore', log, log] },
  );
  fs.closeSync(log);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 8_000);
    await exited;
    clearTimeout(timer);
    await allGone(home);
  };
  try {
    await answers(`http://${address}/healthz`, () => child.exitCode !== null, logFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, installed, userData, exited, stop };
}

/**
 * The address that opens a folder, and a file in it.
 * @param {string} address
 * @param {string} folder
 * @param {string} [file] absolute path
 */
export function workbenchUrl(address, folder, file) {
  const url = new URL(`http://${address}/`);
  url.searchParams.set('folder', folder);
  if (file !== undefined) url.searchParams.set('payload', JSON.stringify([['openFile', `vscode-remote://${address}${file}`]]));
  return url.href;
}

/**
 * @param {string} url
 * @param {() => boolean} isGone
 * @param {string} logFile
 */
async function answers(url, isGone, logFile) {
  const deadline = Date.now() + 60_000;
  while (!isGone() && Date.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`code-server did not start:\n${fs.readFileSync(logFile, 'utf8')}`);
}

/**
 * Waits until every process that was started there has ended: the sidecar notices by itself that its editor is gone.
 * @param {string} home
 */
async function allGone(home) {
  const deadline = Date.now() + 20_000;
  let left = processesOf(home);
  while (left.length > 0) {
    if (Date.now() > deadline) throw new Error(`Still running after code-server ended:\n${left.join('\n')}`);
    await sleep(100);
    left = processesOf(home);
  }
}

/**
 * The command lines of the processes whose environment names the folder.
 * @param {string} home
 */
function processesOf(home) {
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const environment = fs.readFileSync(`/proc/${pid}/environ`, 'utf8');
      return environment.includes(home) ? [fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : [];
    } catch {
      return []; // it ended meanwhile, or belongs to somebody else
    }
  });
}

/** @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {string} file
 * @param {unknown} value
 */
function writeJson(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value, undefined, 2));
}
