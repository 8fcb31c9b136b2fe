// The private Python environment of the sidecar that this package carries.
//
// It is built once per wheel, in a folder named by the wheel's hash. Console scripts hold absolute paths, so it is
// built where it will stay; a stamp written last says that it is whole, and a folder without one is built again.
// Two windows may start at once: a lock folder, created exclusively and kept fresh while its owner works, lets one build.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, rmdir, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { CannotStart } from "./server";
import type { Problem } from "./status";

export interface ProgramResult {
  /** Exit status; null when the program could not be started or was stopped. */
  readonly code: number | null;
  /** Standard output and error together. */
  readonly output: string;
}

/** Runs a program to its end; never throws. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<ProgramResult>;

export interface EnvironmentRequest {
  /** The wheel of the sidecar. */
  readonly wheel: string;
  /** A folder of this extension's own. */
  readonly storage: string;
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  /** Told of each step, in words for the person who waits. */
  readonly report: (step: string) => void;
}

const PYTHON_VERSIONS = ["3.14", "3.13", "3.12", "3.11"] as const;
const VERSION_PROBE = "import sys; print(*sys.version_info[:2], sys.executable)";
const STAMP = "ready";
const LOCK_FRESH_MS = 5_000;
const LOCK_STALE_MS = 60_000;
const UNUSED_MS = 30 * 24 * 3_600_000;

/** The commands that may be a Python, best first. */
export function pythonCandidates(platform: NodeJS.Platform): readonly (readonly [string, ...string[]])[] {
  const launcher: readonly [string, ...string[]][] = platform === "win32" ? [["py", "-3"]] : [];
  return [...PYTHON_VERSIONS.map((version): [string] => [`python${version}`]), ["python3"], ["python"], ...launcher];
}

/** The absolute path of the first Python that is new enough, or undefined. */
export async function findPython(run: RunProgram, platform: NodeJS.Platform): Promise<string | undefined> {
  for (const [program, ...args] of pythonCandidates(platform)) {
    // -I: neither the current folder nor PYTHONPATH decides what Python imports.
    const { code, output } = await run(program, [...args, "-I", "-c", VERSION_PROBE]);
    const found = /^(\d+) (\d+) (\S.*)$/mu.exec(output);
    if (code !== 0 || found === null) continue;
    const [, major, minor, executable] = found;
    if (Number(major) === 3 && Number(minor) >= 11 && executable !== undefined) return executable.trim();
  }
  return undefined;
}

/**
 * The `holdfast` command of the private environment for this wheel, built first if it is not there.
 * @throws CannotStart when there is no Python, or its packages cannot be had.
 */
export async function prepareEnvironment(request: EnvironmentRequest): Promise<string> {
  const hash = createHash("sha256").update(await readFile(request.wheel)).digest("hex").slice(0, 16);
  const folder = path.join(request.storage, `sidecar-${hash}`);
  if (!isWhole(folder, request.platform)) {
    await mkdir(request.storage, { recursive: true });
    await whileLocked(`${folder}.lock`, request.report, async () => {
      if (!isWhole(folder, request.platform)) await build(folder, request);
    });
  }
  await markUsed(folder);
  await forgetUnused(request.storage, folder);
  return programIn(folder, "holdfast", request.platform);
}

async function build(folder: string, { wheel, platform, run, report }: EnvironmentRequest): Promise<void> {
  report("looking for Python 3.11 or newer");
  const python = await findPython(run, platform);
  if (python === undefined) throw new CannotStart(NO_PYTHON);
  await rm(folder, { recursive: true, force: true });
  report("creating the environment");
  const created = await run(python, ["-I", "-m", "venv", folder]);
  if (created.code !== 0) throw new CannotStart(venvProblem(python, created.output));
  report("downloading Python packages");
  const pip = ["-I", "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-warn-script-location"];
  const installed = await run(programIn(folder, "python", platform), [...pip, wheel]);
  if (installed.code !== 0) throw new CannotStart(installProblem(wheel, installed.output));
  await writeFile(path.join(folder, STAMP), "");
}

function isWhole(folder: string, platform: NodeJS.Platform): boolean {
  // The environment's Python is a link to the system's, which an upgrade may have taken away.
  return existsSync(path.join(folder, STAMP)) && existsSync(programIn(folder, "python", platform));
}

function programIn(folder: string, program: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? path.join(folder, "Scripts", `${program}.exe`) : path.join(folder, "bin", program);
}

async function markUsed(folder: string): Promise<void> {
  await utimes(path.join(folder, STAMP), new Date(), new Date());
}

/** Removes the environments of earlier versions that no window has used for a month. */
async function forgetUnused(storage: string, current: string): Promise<void> {
  for (const name of await readdir(storage)) {
    const folder = path.join(storage, name);
    if (!/^sidecar-[0-9a-f]+$/u.test(name) || folder === current) continue;
    if ((await ageMs(path.join(folder, STAMP))) > UNUSED_MS) await rm(folder, { recursive: true, force: true });
  }
}

/** Milliseconds since the file was last touched; 0 when it is not there. */
async function ageMs(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
}

async function whileLocked(lock: string, report: (step: string) => void, work: () => Promise<void>): Promise<void> {
  while (!(await acquired(lock))) {
    report("another window is building it");
    // A lock nobody keeps fresh belongs to a window that is gone. Renaming is atomic: only one waiter clears it away.
    if ((await ageMs(lock)) > LOCK_STALE_MS) await discard(lock);
    else await sleep(500);
  }
  const heartbeat = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => undefined), LOCK_FRESH_MS);
  try {
    await work();
  } finally {
    clearInterval(heartbeat);
    await rmdir(lock);
  }
}

async function acquired(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function discard(lock: string): Promise<void> {
  const aside = `${lock}-${String(process.pid)}-${String(Date.now())}`;
  await rename(lock, aside).then(
    () => rmdir(aside),
    () => undefined,
  );
}

const NO_PYTHON: Problem = {
  message: "Holdfast needs Python 3.11 or newer, and found none on PATH.",
  remedy: "Install Python from python.org or with your package manager; then Retry.",
};

function venvProblem(python: string, output: string): Problem {
  return {
    message: `${python} could not create a Python environment: ${lastLine(output)}`,
    remedy: "On Debian and Ubuntu install the package python3-venv; then Retry. Show Log has the whole output.",
  };
}

function installProblem(wheel: string, output: string): Problem {
  if (/No space left on device|ENOSPC|not enough space/iu.test(output)) {
    return { message: "The disk is full.", remedy: "Holdfast needs about 200 MB; make room, then Retry." };
  }
  return {
    message: `Python packages could not be downloaded or installed: ${lastLine(output)}`,
    remedy:
      `Connect to the network once and Retry. Or install the wheel your own way, \`pip install "${wheel}"\`, so that ` +
      "`holdfast` is on PATH, or set `holdfast.server.command`. Show Log has the whole output.",
  };
}

function lastLine(output: string): string {
  return output.trim().split(/\r?\n/u).at(-1) ?? "";
}

/** A RunProgram over real processes, in `cwd`; each line of output goes to `log`, and `signal` stops them all. */
export function programRunner(cwd: string, log: (line: string) => void, signal: AbortSignal): RunProgram {
  return async (program, args) => {
    await mkdir(cwd, { recursive: true });
    return new Promise((resolve) => {
      const lines: string[] = [];
      const take = (line: string): void => {
        lines.push(line);
        log(line);
      };
      const child = spawn(program, args, { cwd, signal, stdio: ["ignore", "pipe", "pipe"], windowsHide: true });
      createInterface({ input: child.stdout }).on("line", take);
      createInterface({ input: child.stderr }).on("line", take);
      child.on("error", () => { resolve({ code: null, output: lines.join("\n") }); });
      child.on("close", (code) => { resolve({ code, output: lines.join("\n") }); });
    });
  };
}
