// What a real editor needs to be driven here, and what to say where it is not there.
import fs from 'node:fs';
import path from 'node:path';
import { CHROMIUM, NO_CHROMIUM } from './chromium.mjs';
import { REPOSITORY } from './setup.mjs';

/** @returns {{what: string, mustBeThere: boolean} | undefined} */
export function missingParts() {
  if (CHROMIUM === undefined) return { what: NO_CHROMIUM, mustBeThere: false };
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { what: `they run on linux-x64, and this is ${process.platform}-${process.arch}`, mustBeThere: false };
  }
  if (!fs.existsSync(path.join(REPOSITORY, 'build', 'holdfast.vsix'))) {
    return { what: 'there is no build/holdfast.vsix; make it with: make vsix', mustBeThere: true };
  }
  return undefined;
}
