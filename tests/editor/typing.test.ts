import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MODEL_LINE, NEXT_MODEL_LINE, REPEATED_LINE, SHOP } from './shop.ts';
import { until, withWorkbench } from './workbench.ts';
import { MODEL, OllamaStandIn } from './ollama.ts';

describe('typing', () => {
  test('shows the model\'s ghost text, and Tab takes it into the file', async () => {
    const ollama = new OllamaStandIn([MODEL_LINE, NEXT_MODEL_LINE]);
    await ollama.start();
    try {
      const machineSettings = { 'holdfast.endpoint': ollama.endpoint };
      await withWorkbench('model', { files: SHOP, open: 'checkout.py', machineSettings }, async (workbench) => {
        await workbench.statusBecomes(['check']);
        await workbench.goToEnd(); // by a click
        await primed(ollama, 'checkout.py');
        await workbench.type('    return sub');
        await workbench.ghostText(/^total_cents\(order\) \+ shipping_cents\(order\)$/u);
        await workbench.screenshot('ghost-text', { width: 1000, height: 400 });
        await workbench.press('Tab');
        await workbench.ghostTextIsGone();
        assert.equal(await workbench.saved('checkout.py', SHOP['checkout.py']), `${SHOP['checkout.py']}    ${MODEL_LINE}`);

        await workbench.type('\n\n\ndef ships_');
        await workbench.ghostText(/^free\(order: Order\) -> bool:$/u);
        await workbench.palette('Holdfast: Explain Last Suggestion');
        await workbench.tabIsOpen('Last Suggestion');
        await workbench.editorShows(/Engine:\*\* model\n/u);
        await workbench.editorShows(new RegExp(`Model:\\*\\* ${MODEL}\n`, 'u'));
        await workbench.screenshot('explain');
        // What the model was told includes code of a file that nobody opened.
        assert.ok(ollama.requests.some(({ prompt }) => prompt.includes('def shipping_cents(order: Order) -> int:')));

        await workbench.clickInExplorer('reports.py');
        await primed(ollama, 'reports.py');
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
      const ghost = await workbench.ghostText(/./u);
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

/** Waits until the model was made to read ahead in a file, where no key was typed yet. */
async function primed(ollama: OllamaStandIn, file: string): Promise<void> {
  const isRead = (): boolean => ollama.requests.some(({ prompt, tokens }) => tokens === 1 && prompt.includes(`<|file_sep|>${file}\n<|fim_prefix|>`));
  await until(() => Promise.resolve(isRead()), () => `${file} to be read ahead; asked was ${JSON.stringify(ollama.requests)}`);
}
