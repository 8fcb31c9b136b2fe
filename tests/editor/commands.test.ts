import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SHOP } from './shop.ts';
import { withWorkbench } from './workbench.ts';

describe('the palette', () => {
  test('refreshes the project context and says what it read; shows the context at the cursor', async () => {
    const machineSettings = { 'holdfast.endpoint': 'http://127.0.0.1:9' };
    await withWorkbench('commands', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
      await workbench.statusBecomes(['library', 'check']);
      await workbench.palette('Holdfast: Refresh Project Context');
      assert.match(await workbench.toast(/Holdfast: /u), /4 files/u);
      await workbench.screenshot('refresh');

      await workbench.goToEnd();
      await workbench.palette('Holdfast: Show Context');
      await workbench.tabIsOpen('Context at the Cursor');
      await workbench.editorShows(/# Context at the cursor/u);
      await workbench.editorShows(/prices\.py/u);
      await workbench.screenshot('context');
      assert.deepEqual(workbench.outside, []);
    });
  });
});
