// The browser that draws the workbench: what the variable CHROMIUM names, else the first of these on PATH.
import fs from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const named = process.env['CHROMIUM'] || undefined;

/** Absolute path of the browser; undefined when there is none. */
export const CHROMIUM = (named === undefined ? NAMES : [named]).map(onPath).find((file) => file !== undefined);

/** What to say when there is none. */
export const NO_CHROMIUM =
  named === undefined
    ? `there is no ${NAMES.join(', ')} on PATH; install one with: apt-get install -y --no-install-recommends chromium`
    : `CHROMIUM is ${named}, and there is no such program`;

/**
 * @param {string} program a name, or a path
 * @returns {string | undefined}
 */
function onPath(program) {
  const folders = program.includes('/') ? [''] : (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.resolve(folder, program)).find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
