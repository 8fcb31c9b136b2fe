// Which sidecar to start: the one the settings name, else the one this extension carries, else the one on PATH.

import path from "node:path";
import type { Problem } from "./status";

export type Server =
  | { readonly kind: "configured"; readonly command: readonly [string, ...string[]] }
  /** `otherwise` is a `holdfast` on PATH, for when the private environment cannot be built. */
  | { readonly kind: "bundled"; readonly wheel: string; readonly otherwise: string | undefined }
  | { readonly kind: "path"; readonly executable: string }
  | { readonly kind: "none"; readonly problem: Problem };

export interface ServerSources {
  /** `holdfast.server.command` as the machine's own settings have it, of any type; undefined or null when unset. */
  readonly configured: unknown;
  readonly wheel: string | undefined;
  readonly onPath: string | undefined;
}

export function chooseServer({ configured, wheel, onPath }: ServerSources): Server {
  if (configured !== undefined && configured !== null) return configuredServer(configured);
  if (wheel !== undefined) return { kind: "bundled", wheel, otherwise: onPath };
  if (onPath !== undefined) return { kind: "path", executable: onPath };
  return {
    kind: "none",
    problem: {
      message: "Holdfast found no sidecar to start: this package carries none, and there is no `holdfast` on PATH.",
      remedy:
        "Install its wheel with `pip install path/to/holdfast-….whl`, so that `holdfast` is on PATH (`make vsix` builds " +
        "the wheel in `extension/server`), or name the command in the setting `holdfast.server.command`; then Retry.",
    },
  };
}

/** There is nothing to start, or it cannot be; says what the person can do. */
export class CannotStart extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.message} ${problem.remedy}`);
  }
}

/** A program ready to be started. */
export interface Launch {
  readonly command: readonly [string, ...string[]];
  /** Environment variables to set beside this process's own. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes a server ready to start. `prepare` returns the `holdfast` command of the wheel's private environment; when it
 * fails, a `holdfast` on PATH serves instead, and `warn` is told why.
 * @throws CannotStart, or whatever `prepare` throws, when nothing can be started.
 */
export async function makeReady(
  server: Server,
  prepare: (wheel: string) => Promise<string>,
  warn: (message: string) => void,
): Promise<Launch> {
  switch (server.kind) {
    case "configured":
      return { command: server.command, env: {} };
    case "path":
      return { command: [server.executable], env: {} };
    case "none":
      throw new CannotStart(server.problem);
    case "bundled":
      try {
        // A Python environment that happens to be active around the editor is not this one's.
        return { command: [await prepare(server.wheel)], env: { PYTHONHOME: "", PYTHONPATH: "" } };
      } catch (error) {
        if (server.otherwise === undefined) throw error;
        warn(`${String(error)} Using ${server.otherwise} instead.`);
        return { command: [server.otherwise], env: {} };
      }
  }
}

function configuredServer(value: unknown): Server {
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) {
    const [program, ...args] = value;
    if (program !== undefined && program !== "") return { kind: "configured", command: [program, ...args] };
  }
  return {
    kind: "none",
    problem: {
      message: `The setting holdfast.server.command is ${JSON.stringify(value)}, which is not a command.`,
      remedy: 'Write it as a list of strings, such as ["/opt/holdfast/bin/holdfast"], or remove it; then Retry.',
    },
  };
}

export interface SearchPath {
  /** The value of PATH. */
  readonly path: string;
  readonly platform: NodeJS.Platform;
  readonly isExecutable: (file: string) => boolean;
}

/**
 * The absolute path of `program` on PATH. Relative entries are passed over: a workspace must not be able to bring its
 * own `holdfast` by being the current folder.
 */
export function findOnPath(program: string, { path: value, platform, isExecutable }: SearchPath): string | undefined {
  const flavour = platform === "win32" ? path.win32 : path.posix;
  const names = platform === "win32" ? [`${program}.exe`] : [program];
  return value
    .split(flavour.delimiter)
    .filter((folder) => flavour.isAbsolute(folder))
    .flatMap((folder) => names.map((name) => flavour.join(folder, name)))
    .find(isExecutable);
}

const RESTARTS_AFTER_MS = [500, 2_000, 8_000] as const;
const CRASHES_FORGOTTEN_AFTER_MS = 180_000;

/**
 * How long to wait before the next start, in milliseconds, or undefined to give up; `crashedAt` are the times of all
 * crashes so far, the last one included. A sidecar that ran well for three minutes starts with a clean record.
 */
export function restartDelay(crashedAt: readonly number[], now: number): number | undefined {
  const recent = crashedAt.filter((time) => now - time < CRASHES_FORGOTTEN_AFTER_MS);
  return RESTARTS_AFTER_MS[Math.max(recent.length - 1, 0)];
}
