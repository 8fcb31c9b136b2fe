import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OllamaStandIn } from './ollama.ts';
import { MODEL_LINE, SHOP } from './shop.ts';
import { withWorkbench } from './workbench.ts';

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
        assert.equal(await workbench.ghostText(), 'total_cents(order) + shipping_cents(order)');
        assert.deepEqual(await workbench.toasts(), []);
        await workbench.screenshot('server-back');
        assert.deepEqual(workbench.outside, []);
      });
    } finally {
      await ollama.kill();
    }
  });
});
