// One VS Code window with the extension, in a folder of its own: what a person does in it, and what they see.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { CHROMIUM, NO_CHROMIUM } from './chromium.mjs';
import { startCodeServer, workbenchUrl } from './code_server.mjs';
import { EDITOR_HOME, REPOSITORY } from './setup.mjs';

const { chromium } = createRequire(path.join(EDITOR_HOME, 'package.json'))('playwright-core') as typeof import('playwright-core');

export const VSIX = path.join(REPOSITORY, 'build', 'holdfast.vsix');
const SCREENSHOTS = path.join(REPOSITORY, 'build', 'screenshots');
const WINDOW = { width: 1280, height: 720 };
/** The sidecar of this checkout. */
export const SIDECAR = path.join(REPOSITORY, '.venv', 'bin', 'holdfast');
const GHOST_IN_LINE = '.monaco-editor .ghost-text-decoration, .monaco-editor .ghost-text-decoration-preview';
const GHOST_BELOW = '.monaco-editor .ghost-text';

export interface WorkbenchRequest {
  /** Files of the workspace, by relative path. */
  readonly files: Readonly<Record<string, string>>;
  /** The file to open. */
  readonly open: string;
  readonly settings?: Record<string, unknown>;
  readonly machineSettings?: Record<string, unknown>;
  /** Which sidecar runs: that of this checkout, or the one in the package. */
  readonly sidecar?: 'checkout' | 'carried';
  readonly env?: NodeJS.ProcessEnv;
}

type CodeServer = Awaited<ReturnType<typeof startCodeServer>>;

export class Workbench {
  /** Requests of the page to anything but 127.0.0.1. */
  readonly outside: string[] = [];
  readonly page: Page;
  readonly workspace: string;
  /** The folder of this window: `home` in it is the home directory of its programs, `hd` the data of the sidecar. */
  readonly home: string;
  readonly #server: CodeServer;
  readonly #browser: Browser;

  private constructor(home: string, workspace: string, server: CodeServer, browser: Browser, page: Page) {
    this.home = home;
    this.workspace = workspace;
    this.#server = server;
    this.#browser = browser;
    this.page = page;
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(http|ws)/u.test(protocol) && hostname !== '127.0.0.1') this.outside.push(request.url());
    });
  }

  static async open({ files, open, settings, machineSettings, sidecar = 'checkout', env }: WorkbenchRequest): Promise<Workbench> {
    if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM);
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-'));
    const workspace = path.join(home, 'shop');
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
      fs.writeFileSync(path.join(workspace, name), text);
    }
    const server = await startCodeServer({
      home,
      vsix: VSIX,
      settings: { 'editor.autoClosingBrackets': 'never', 'editor.autoIndent': 'none', 'editor.quickSuggestions': { other: 'off' }, ...settings },
      machineSettings: { ...(sidecar === 'checkout' ? { 'holdfast.server.command': [SIDECAR] } : {}), ...machineSettings },
      env: { HOLDFAST_DATA_DIR: path.join(home, 'hd'), HOLDFAST_CACHE_DIR: path.join(home, 'hc'), ...env },
    });
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      headless: true,
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    });
    const context = await browser.newContext({ viewport: WINDOW, locale: 'en-US' });
    const workbench = new Workbench(home, workspace, server, browser, await context.newPage());
    await workbench.page.goto(workbenchUrl(server.address, workspace, path.join(workspace, open)), { waitUntil: 'domcontentloaded' });
    await workbench.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    return workbench;
  }

  /** Closes everything; with `failed`, the window as it stood and the logs are kept. */
  async close(failed?: string): Promise<void> {
    if (failed !== undefined) {
      await this.screenshot(`failed-${failed}`).catch(() => undefined);
      console.error(this.logs());
    }
    await this.#browser.close();
    await this.#server.stop();
    // Children of code-server may write for a moment after it has ended.
    fs.rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  /** The line that code-server's command line said when it installed the extension. */
  get installed(): string {
    return this.#server.installed;
  }

  async screenshot(name: string, size = WINDOW): Promise<void> {
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.setViewportSize(size);
    await this.page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), animations: 'disabled' });
    await this.page.setViewportSize(WINDOW);
  }

  /** The status bar item of the extension. */
  get statusItem(): Locator {
    return this.page.locator('[id="holdfast.holdfast.holdfast.status"]');
  }

  /** What the status bar says, and the name of its icon. */
  async status(): Promise<{ text: string; icon: string }> {
    const [seen] = await this.statusItem.evaluateAll((items) =>
      items.map((item) => ({ text: item.textContent, icon: item.querySelector('.codicon')?.className ?? '' })),
    );
    return { text: plain(seen?.text ?? '').trim(), icon: /codicon-(?!modifier)([\w-]+)/u.exec(seen?.icon ?? '')?.[1] ?? '' };
  }

  /** Waits until the status bar shows one of these icons, and returns what it says. */
  async statusBecomes(icons: readonly string[], timeoutMs = 30_000): Promise<string> {
    let seen = await this.status();
    const isSettled = async (): Promise<boolean> => [...icons, 'error'].includes((seen = await this.status()).icon);
    await until(isSettled, () => `status ${icons.join(' or ')}; it is ${JSON.stringify(seen)}`, timeoutMs);
    if (!icons.includes(seen.icon)) throw new Error(`The status bar says ${seen.text}; wanted was ${icons.join(' or ')}`);
    return seen.text;
  }

  /** Puts the cursor behind the last character of the open file. */
  async goToEnd(): Promise<void> {
    await this.page.locator('.monaco-editor .view-lines').first().click();
    await this.page.keyboard.press('Control+End');
  }

  /** Opens a file of the workspace as a person does by mouse. */
  async clickInExplorer(file: string): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: file }).click();
  }

  /** Opens a file of the workspace with the cursor at a place in it; both numbers from 1. */
  async goTo(file: string, line: number, column: number): Promise<void> {
    await this.press('Control+P');
    const input = this.page.locator('.quick-input-widget:not(.hidden) input.input');
    await input.waitFor();
    await input.fill(`${file}:${line}:${column}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: path.basename(file) }).first().waitFor();
    await this.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await this.page.locator('.monaco-editor .line-numbers.active-line-number', { hasText: new RegExp(`^${line}$`, 'u') }).first().waitFor();
  }

  /** One key: a character, or a line break with the indentation that an editor puts behind it. */
  async key(text: string): Promise<void> {
    if (/^[ -~]$/u.test(text)) await this.page.keyboard.type(text);
    else await this.page.keyboard.insertText(text);
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 60 });
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /**
   * Waits for a ghost text of this kind and returns it. While its extension host still starts, VS Code may draw nothing
   * for an automatic request that was answered, so after a while it is asked for by key, as a person would.
   */
  async ghostText(wanted: RegExp): Promise<string> {
    let seen = '';
    for (let attempt = 0; attempt < 5; attempt++) {
      const isThere = async (): Promise<boolean> => wanted.test((seen = await this.#ghostText()));
      const found = await until(isThere, () => 'ghost text', 3_000).then(() => true, () => false);
      if (found) return seen;
      await this.press('Control+Alt+I');
    }
    throw new Error(`Waited in vain for ghost text like ${String(wanted)}; there is ${JSON.stringify(seen)}`);
  }

  async #ghostText(): Promise<string> {
    const line = await this.page.locator(GHOST_IN_LINE).allTextContents();
    const below = await this.page.locator(GHOST_BELOW).allTextContents();
    return plain([line.join(''), ...below].join('\n'));
  }

  async ghostTextIsGone(): Promise<void> {
    await until(async () => (await this.#ghostText()) === '', () => 'the ghost text to go');
  }

  /** Runs a command of the palette, by the title that the palette shows. */
  async palette(title: string): Promise<void> {
    await this.press('F1');
    const input = this.page.locator('.quick-input-widget:not(.hidden) input.input');
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.press('Enter');
  }

  /** Chooses the entry with this text in the list that a command shows. */
  async pick(text: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }

  /** Ticks the entry with this text in a list that takes several, and goes on. */
  async pickAll(text: string): Promise<void> {
    await this.pick(text);
    await this.page.locator('.quick-input-widget .monaco-button', { hasText: 'OK' }).click();
  }

  /** Types into the box that a command shows, and goes on. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:not(.hidden) input.input');
    await input.waitFor();
    await input.fill(text);
    await this.press('Enter');
  }

  /** The text of the dialog that waits for an answer. */
  async dialog(text: RegExp): Promise<string> {
    let seen = '';
    const read = async (): Promise<string> => (seen = plain((await this.page.locator('.monaco-dialog-box').allTextContents()).join('\n')));
    await until(async () => text.test(await read()), () => `dialog ${String(text)}, there is ${JSON.stringify(seen)}`);
    return seen;
  }

  async clickInDialog(button: string): Promise<void> {
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: button }).click();
  }

  /** Opens a view of the side bar that is folded. */
  async openView(title: string): Promise<void> {
    const header = this.page.locator('.pane-header', { hasText: title });
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
  }

  /** Unfolds a row of a view. */
  async expandRow(text: string): Promise<void> {
    const row = this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') await row.click();
    await until(async () => (await row.getAttribute('aria-expanded')) === 'true', () => `${text} unfolded`);
  }

  async clickRow(text: string): Promise<void> {
    await this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first().click();
  }

  /** Opens the first link of the document in front, as a click with Control does. */
  async followLink(): Promise<void> {
    const link = this.page.locator('.monaco-editor .detected-link', { hasText: /^[0-9a-f-]{36}$/u }).first();
    await link.waitFor({ timeout: 15_000 });
    await link.click({ modifiers: ['Control'] });
  }

  /** Puts the notifications on screen away. */
  async closeToasts(): Promise<void> {
    await this.press('Escape');
    await this.palette('Notifications: Clear All Notifications');
  }

  /** The texts of the notifications on screen. */
  async toasts(): Promise<string[]> {
    return (await this.page.locator('.notification-toast .notification-list-item-message').allTextContents()).map(plain);
  }

  async toast(text: RegExp): Promise<string> {
    let found: string | undefined;
    await until(async () => (found = (await this.toasts()).find((toast) => text.test(toast))) !== undefined, () => `notification ${String(text)}`);
    return found ?? '';
  }

  /** Saves the open file and returns what is then on disk; `differsFrom` is its text before. */
  async saved(file: string, differsFrom: string): Promise<string> {
    await this.press('Control+S');
    const read = (): string => fs.readFileSync(path.join(this.workspace, file), 'utf8');
    await until(() => Promise.resolve(read() !== differsFrom), () => `${file} saved`);
    return read();
  }

  /** Waits until the open editor draws such a text. */
  async editorShows(text: RegExp): Promise<void> {
    let seen = '';
    const read = async (): Promise<string> => (seen = plain(await this.page.locator('.monaco-editor .view-lines').first().innerText()));
    await until(async () => text.test(await read()), () => `${String(text)} in the editor, which shows:\n${seen}`);
  }

  /** Waits until a document with this title is in front. */
  async tabIsOpen(title: string): Promise<void> {
    await this.page.locator('.tabs-container .tab.active', { hasText: title }).waitFor({ timeout: 15_000 });
  }

  /** What the extension wrote to its log. */
  logs(): string {
    const folder = path.join(this.#server.userData, 'logs');
    const files = fs.readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) => /holdfast\.holdfast\/.*\.log$/u.test(name));
    return files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n');
  }
}

/** Opens a window for the test and closes it again; when the test fails, a picture and the logs remain. */
export async function withWorkbench(name: string, request: WorkbenchRequest, work: (workbench: Workbench) => Promise<void>): Promise<void> {
  const workbench = await Workbench.open(request);
  let failed: string | undefined = name;
  try {
    await work(workbench);
    failed = undefined;
  } finally {
    await workbench.close(failed);
  }
}

/** Waits until `condition` holds. */
export async function until(condition: () => Promise<boolean>, what: () => string, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what()}`);
    await sleep(50);
  }
}

/** VS Code draws spaces as no-break spaces and puts invisible marks between. */
function plain(text: string | null): string {
  return (text ?? '').replaceAll('\u00a0', ' ').replace(/[\u200b-\u200d\u2066-\u2069]/gu, '');
}
