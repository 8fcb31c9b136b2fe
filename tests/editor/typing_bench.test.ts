import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, test } from 'node:test';
import { REPOSITORY } from './setup.mjs';

interface Row {
  readonly keystrokes: number;
  readonly on_screen: number;
  readonly requests: number;
  readonly prefilled_bytes: number;
  readonly opening_bytes: number;
}

describe('the bench that types in the real editor', () => {
  test('sees ghost text, and what the model server was asked for', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-bench-'));
    try {
      const report = path.join(folder, 'report.json');
      const bench = path.join(REPOSITORY, 'tests', 'bench', 'editor_typing_bench.py');
      const files = path.join(REPOSITORY, 'server', 'holdfast', 'context');
      const args = [bench, '--as-built', '--keys', '25', '--folder', files, '--json', report];
      execFileSync(path.join(REPOSITORY, '.venv', 'bin', 'python'), args, { cwd: REPOSITORY, stdio: ['ignore', 'inherit', 'inherit'] });
      const { 'VS Code, right': row } = JSON.parse(fs.readFileSync(report, 'utf8')) as Record<string, Row | undefined>;
      assert.equal(row?.keystrokes, 25);
      assert.ok(row.on_screen > 0, 'true text was on screen');
      assert.ok(row.requests > 0 && row.requests <= 25, `${row.requests} requests`);
      assert.ok(row.prefilled_bytes > 0 && row.opening_bytes > 0, 'prompts were read');
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
