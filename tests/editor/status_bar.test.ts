import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { OllamaStandIn } from './ollama.ts';
import { MODEL_LINE, SHOP } from './shop.ts';
import { SIDECAR, until, withWorkbench } from './workbench.ts';

const WITHOUT_SERVER = ['library', 'debug-disconnect'];

describe('the status bar', () => {
  test('tells the truth while things change, typing is never disturbed, and nothing pops up', async () => {
    const ollama = new OllamaStandIn([MODEL_LINE]);
    await ollama.start();
    try {
      const machineSettings = { 'holdfast.endpoint': ollama.endpoint };
      await withWorkbench('status', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
        await workbench.statusBecomes(['check']);

        await workbench.palette('Holdfast: Pause');
        assert.match(await workbench.statusBecomes(['debug-pause']), /paused/u);
        await workbench.screenshot('paused');
        await workbench.palette('Holdfast: Resume');
        await workbench.statusBecomes(['check']);

        await ollama.kill();
        await workbench.goToEnd();
        await workbench.type('    # whatever comes of it\n    ret');
        await workbench.statusBecomes(WITHOUT_SERVER);
        await workbench.type('urn 490');
        await workbench.press('Escape');
        assert.deepEqual(await workbench.toasts(), []);
        await workbench.screenshot('server-gone');
        const typed = `${SHOP['checkout.py']}    # whatever comes of it\n    return 490`;
        assert.equal(await workbench.saved('checkout.py', SHOP['checkout.py']), typed);

        await ollama.start();
        await workbench.statusBecomes(['check'], 60_000);
        await workbench.type('\n    return sub');
        await workbench.ghostText(/^total_cents\(order\) \+ shipping_cents\(order\)$/u);
        assert.deepEqual(await workbench.toasts(), []);
        await workbench.screenshot('server-back');
        assert.deepEqual(workbench.outside, []);
      });
    } finally {
      await ollama.kill();
    }
  });

  test('a sidecar that cannot be started is said once, with what to do about it', async () => {
    const machineSettings = { 'holdfast.server.command': ['/nowhere/holdfast'] };
    await withWorkbench('not-running', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
      assert.match(await workbench.statusBecomes(['error']), /not running/u);
      assert.deepEqual(await workbench.toasts(), []);
      await workbench.statusItem.click();
      assert.match(await workbench.toast(/nowhere/u), /\/nowhere\/holdfast cannot be started.*holdfast\.server\.command/u);
      await workbench.screenshot('not-running');
    });
  });

  test('a sidecar that is killed is started again, and nothing pops up', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-pid-'));
    const pidFile = path.join(folder, 'pid');
    const pid = (): number => Number(fs.readFileSync(pidFile, 'utf8'));
    const machineSettings = {
      'holdfast.endpoint': 'http://127.0.0.1:9',
      'holdfast.server.command': ['/bin/sh', '-c', `echo $$ > ${pidFile}; exec "$0" "$@"`, SIDECAR],
    };
    try {
      await withWorkbench('killed', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
        await workbench.statusBecomes(WITHOUT_SERVER);
        const first = pid();
        process.kill(first, 'SIGKILL');
        await until(() => Promise.resolve(pid() !== first), () => 'another process');
        await workbench.statusBecomes(WITHOUT_SERVER);
        assert.deepEqual(await workbench.toasts(), []);
      });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
