// Opens VS Code (code-server) with the extension on a folder, for trying things by hand:
// `node tests/editor/open.mjs [FOLDER]`, this repository by default. Ctrl-C stops it.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startCodeServer, workbenchUrl } from './code_server.mjs';
import { REPOSITORY, setUpEditor } from './setup.mjs';

const folder = path.resolve(process.argv[2] ?? REPOSITORY);
if (!fs.existsSync(folder)) {
  console.error(`There is no folder ${folder}.`);
  process.exit(3);
}
setUpEditor();
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'hf-'));
// What a person has set up for Holdfast in this shell counts here too.
const ours = Object.entries(process.env).filter(([name]) => /^(HOLDFAST_|OLLAMA_|PIP_)/u.test(name));
const { address, stop, exited } = await startCodeServer({
  home,
  vsix: path.join(REPOSITORY, 'build', 'holdfast.vsix'),
  machineSettings: { 'holdfast.server.command': [path.join(REPOSITORY, '.venv', 'bin', 'holdfast')] },
  env: Object.fromEntries(ours),
});
console.log(`VS Code with Holdfast on ${folder}:\n\n  ${workbenchUrl(address, folder)}\n\nCtrl-C stops it.`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
await exited;
fs.rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
