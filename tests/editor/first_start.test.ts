import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SHOP } from './shop.ts';
import { withWorkbench } from './workbench.ts';

describe('the first start', () => {
  test('the package builds its private environment and serves from it', async () => {
    const fromPip = Object.entries(process.env).filter(([name]) => name.startsWith('PIP_'));
    const request = {
      files: SHOP,
      open: 'checkout.py',
      machineSettings: { 'holdfast.endpoint': 'http://127.0.0.1:9' },
      sidecar: 'carried',
      env: Object.fromEntries(fromPip),
    } as const;
    await withWorkbench('first-start', request, async (workbench) => {
      assert.match(workbench.installed, /holdfast\.vsix' was successfully installed/u);
      await workbench.statusBecomes(['library', 'check'], 180_000);
      assert.match(workbench.logs(), /sidecar-[0-9a-f]{16}\/bin\/holdfast serve --stdio/u);
      await workbench.screenshot('first-start');
      assert.deepEqual(workbench.outside, []);
    });
  });
});
