import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { SHOP } from './shop.ts';
import { type Workbench, withWorkbench } from './workbench.ts';

const ID = 'c0ffee00-0000-4000-8000-000000000002';
const SAID = 'From now on, count amounts in cents, never in floats';

/** One session of Claude Code about the window's folder, in the home directory that the sidecar looks in. */
function leaveConversation(workbench: Workbench): void {
  const shared = { sessionId: ID, cwd: workbench.workspace, gitBranch: 'main' };
  const lines = [
    { ...shared, type: 'user', uuid: 'u1', parentUuid: null, timestamp: '2026-11-20T10:00:00.000Z', message: { role: 'user', content: SAID } },
    { ...shared, type: 'assistant', uuid: 'a1', parentUuid: 'u1', timestamp: '2026-11-20T10:00:05.000Z', message: { role: 'assistant', id: 'm1', content: [{ type: 'text', text: 'Amounts are integers now.' }] } },
  ];
  const folder = path.join(workbench.home, 'home', '.claude', 'projects', '-shop');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, `${ID}.jsonl`), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

describe('the session log in the editor', () => {
  test('imports what another tool recorded, shows it, finds it, carries on with it, and keeps a decision', async () => {
    const machineSettings = { 'holdfast.endpoint': 'http://127.0.0.1:9' };
    await withWorkbench('sessions', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
      leaveConversation(workbench);
      await workbench.statusBecomes(['library', 'check']);

      await workbench.palette('Holdfast: Import Sessions');
      await workbench.pickAll('Claude Code');
      assert.match(await workbench.toast(/imported/u), /1 session imported/u);
      await workbench.closeToasts();

      await workbench.openView('Holdfast Sessions');
      await workbench.expandRow('By Tool');
      await workbench.expandRow('Claude Code');
      await workbench.screenshot('sessions');
      await workbench.clickRow(SAID);
      await workbench.tabIsOpen(SAID);
      await workbench.editorShows(/Amounts are integers now/u);

      await workbench.palette('Holdfast: Record a Decision');
      await workbench.answer('Prices carry their currency');
      assert.match(await workbench.toast(/decision/u), /is in the session log/u);
      await workbench.closeToasts();

      await workbench.palette('Holdfast: Carry On');
      await workbench.pick('Open as a Document');
      await workbench.tabIsOpen('Carry On');
      await workbench.editorShows(/never in floats/u);
      await workbench.screenshot('carry-on');

      await workbench.palette('Holdfast: Search Sessions');
      await workbench.answer('floats');
      await workbench.pick(SAID);
      await workbench.tabIsOpen(SAID);

      await workbench.clickInExplorer('checkout.py');
      await workbench.tabIsOpen('checkout.py');
      await workbench.goToEnd();
      await workbench.palette('Holdfast: Show Context');
      await workbench.tabIsOpen('Context at the Cursor');
      await workbench.editorShows(/said in session/u);
      await workbench.screenshot('memory');
      await workbench.followLink();
      await workbench.tabIsOpen(SAID.slice(0, 20));
      assert.deepEqual(workbench.outside, []);
    });
  });
});

describe('sharing from the editor', () => {
  test('makes a vault at a git remote after the recovery key was proved, syncs, and says how sharing stands', async () => {
    const machineSettings = { 'holdfast.endpoint': 'http://127.0.0.1:9' };
    await withWorkbench('sharing', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
      const remote = path.join(workbench.home, 'sessions.git');
      execFileSync('git', ['init', '--quiet', '--bare', remote]);
      await workbench.statusBecomes(['library', 'check']);
      await workbench.palette('Holdfast: Record a Decision');
      await workbench.answer('Prices carry their currency');
      assert.match(await workbench.toast(/decision/u), /is in the session log/u);
      await workbench.closeToasts();

      await workbench.palette('Holdfast: Share Session Logs');
      await workbench.pick('A git remote');
      await workbench.answer(remote);
      await workbench.dialog(/Everybody who can read it/u);
      await workbench.clickInDialog('Share There');
      const shown = await workbench.dialog(/recovery key/u);
      await workbench.screenshot('recovery-key');
      await workbench.clickInDialog('I Have Written It Down');
      const key = /AGE-SECRET-KEY-1[A-Z0-9]{58}/u.exec(shown)?.[0] ?? '';
      await workbench.answer(key.slice(-6));
      assert.match(await workbench.toast(/vault/u), /The vault is made/u);
      await workbench.closeToasts();

      await workbench.palette('Holdfast: Sync Now');
      assert.match(await workbench.toast(/entries sent/u), /[1-9]\d* entries sent, 0 received/u);
      await workbench.palette('Holdfast: Share Session Logs');
      await workbench.tabIsOpen('Sharing Session Logs');
      await workbench.editorShows(/this machine/u);
      await workbench.screenshot('sharing');
      assert.deepEqual(workbench.outside, []);
    });
  });
});
