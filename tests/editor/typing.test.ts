import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODEL_LINE, REPEATED_LINE, SHOP } from './shop.ts';
import { withWorkbench } from './workbench.ts';
import { MODEL, OllamaStandIn } from './ollama.ts';

describe('typing', () => {
  test('shows the model\'s ghost text, and Tab takes it into the file', async () => {
    const ollama = new OllamaStandIn([MODEL_LINE]);
    await ollama.start();
    try {
      const machineSettings = { 'holdfast.endpoint': ollama.endpoint };
      await withWorkbench('model', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
        await workbench.statusBecomes(['check']);
        await workbench.goToEnd();
        await workbench.type('    return sub');
        assert.equal(await workbench.ghostText(), 'total_cents(order) + shipping_cents(order)');
        await workbench.screenshot('ghost-text');
        await workbench.press('Tab');
        await workbench.ghostTextIsGone();
        assert.equal(await workbench.saved('checkout.py', SHOP['checkout.py']), `${SHOP['checkout.py']}    ${MODEL_LINE}`);

        await workbench.palette('Holdfast: Explain Last Suggestion');
        await workbench.tabIsOpen('Last Suggestion');
        await workbench.editorShows(/Engine:\*\* model/u);
        await workbench.editorShows(new RegExp(MODEL, 'u'));
        await workbench.screenshot('explain');
        assert.ok(ollama.prompts.some((prompt) => prompt.includes('    return sub<|fim_suffix|>')));
        assert.deepEqual(workbench.outside, []);
      });
    } finally {
      await ollama.kill();
    }
  });

  test('without any server the project\'s own code completes, and the status bar says so', async () => {
    const machineSettings = { 'holdfast.endpoint': 'http://127.0.0.1:9' };
    await withWorkbench('embedded', { files: SHOP, open: 'export.py', machineSettings }, async (workbench) => {
      await workbench.statusBecomes(['library', 'check']);
      await workbench.goToEnd();
      await workbench.type('        report.add_row(order.cou');
      const ghost = await workbench.ghostText();
      assert.ok(ghost !== '' && REPEATED_LINE.startsWith(`report.add_row(order.cou${ghost}`), ghost);
      assert.match(await workbench.statusBecomes(['library']), /embedded/u);
      await workbench.screenshot('embedded');
      await workbench.press('Tab');
      const saved = await workbench.saved('export.py', SHOP['export.py']);
      assert.equal(saved, `${SHOP['export.py']}        report.add_row(order.cou${ghost}`);
      assert.deepEqual(workbench.outside, []);
    });
  });
});
