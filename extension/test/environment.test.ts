import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  findPython,
  prepareEnvironment,
  programRunner,
  pythonCandidates,
  type EnvironmentRequest,
  type ProgramResult,
  type RunProgram,
} from "../src/environment";
import { CannotStart } from "../src/server";

/** A machine with these Pythons, by command; it makes environments and installs wheels as `pip` answers. */
function machine(pythons: Record<string, string>, pip: ProgramResult = { code: 0, output: "" }) {
  const calls: string[] = [];
  const run: RunProgram = (program, args) => {
    const call = [program, ...args].join(" ");
    const probed = Object.entries(pythons).find(([command]) => call.startsWith(`${command} -I -c`));
    if (probed !== undefined) return Promise.resolve({ code: 0, output: `${probed[1]}\n` });
    if (args.includes("-c")) return Promise.resolve({ code: null, output: "" });
    calls.push(args.includes("venv") ? "venv" : "pip");
    if (args.includes("venv")) {
      const bin = path.join(args.at(-1) ?? "", "bin");
      mkdirSync(bin, { recursive: true });
      writeFileSync(path.join(bin, "python"), "");
      return Promise.resolve({ code: 0, output: "" });
    }
    return Promise.resolve(pip);
  };
  return { run, calls };
}

const ONE_PYTHON = { "python3": "3 12 /usr/bin/python3.12" };

describe("finding Python", () => {
  const cases = [
    { name: "the newest named version", pythons: { "python3.13": "3 13 /a", "python3": "3 11 /b" }, found: "/a" },
    { name: "python3 that is new enough", pythons: { "python3": "3 11 /b" }, found: "/b" },
    { name: "an old python3 is passed over for a newer python", pythons: { "python3": "3 9 /b", "python": "3 12 /c d" }, found: "/c d" },
    { name: "Python 2 is not 3", pythons: { "python": "2 7 /c" }, found: undefined },
    { name: "none", pythons: {}, found: undefined },
  ];
  for (const { name, pythons, found } of cases) {
    test(name, async () => { assert.equal(await findPython(machine(pythons).run, "linux"), found); });
  }

  test("the launcher is asked on Windows only", () => {
    assert.deepEqual(pythonCandidates("win32").at(-1), ["py", "-3"]);
    assert.deepEqual(pythonCandidates("linux").at(-1), ["python"]);
  });
});

describe("the private environment", () => {
  let folder: string;
  let wheel: string;
  let steps: string[];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "holdfast-environment-"));
    wheel = path.join(folder, "holdfast-0.1.0-py3-none-any.whl");
    writeFileSync(wheel, "wheel");
    steps = [];
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  const storage = (): string => path.join(folder, "storage");
  const request = (run: RunProgram): EnvironmentRequest => ({
    wheel,
    storage: storage(),
    platform: "linux",
    run,
    report: (step) => { steps.push(step); },
  });
  const problemOf = async (run: RunProgram): Promise<string> => {
    const error: unknown = await prepareEnvironment(request(run)).catch((reason: unknown) => reason);
    assert.ok(error instanceof CannotStart);
    return `${error.problem.message} ${error.problem.remedy}`;
  };

  test("is built once", async () => {
    const { run, calls } = machine(ONE_PYTHON);
    const first = await prepareEnvironment(request(run));
    const second = await prepareEnvironment(request(run));
    assert.equal(second, first);
    assert.match(first, /\/storage\/sidecar-[0-9a-f]{16}\/bin\/holdfast$/u);
    assert.deepEqual(calls, ["venv", "pip"]);
    assert.deepEqual(steps, ["looking for Python 3.11 or newer", "creating the environment", "downloading Python packages"]);
  });

  test("is built anew for another wheel", async () => {
    const { run, calls } = machine(ONE_PYTHON);
    const first = await prepareEnvironment(request(run));
    writeFileSync(wheel, "another wheel");
    assert.notEqual(await prepareEnvironment(request(run)), first);
    assert.deepEqual(calls, ["venv", "pip", "venv", "pip"]);
  });

  test("is built by one of two windows that start at once", async () => {
    const { run, calls } = machine(ONE_PYTHON);
    const [one, other] = await Promise.all([prepareEnvironment(request(run)), prepareEnvironment(request(run))]);
    assert.equal(one, other);
    assert.deepEqual(calls, ["venv", "pip"]);
    assert.deepEqual(readdirSync(storage()).filter((name) => name.includes("lock")), []);
  });

  test("an interrupted build is never used, and leaves no lock", async () => {
    await assert.rejects(prepareEnvironment(request(machine(ONE_PYTHON, { code: null, output: "" }).run)), CannotStart);
    const { run, calls } = machine(ONE_PYTHON);
    await prepareEnvironment(request(run));
    assert.deepEqual(calls, ["venv", "pip"]);
  });

  test("the lock of a window that is gone is taken over", async () => {
    const executable = await prepareEnvironment(request(machine(ONE_PYTHON).run));
    const environment = path.dirname(path.dirname(executable));
    rmSync(environment, { recursive: true });
    mkdirSync(`${environment}.lock`);
    utimesSync(`${environment}.lock`, 1, 1);
    assert.equal(await prepareEnvironment(request(machine(ONE_PYTHON).run)), executable);
    assert.ok(!existsSync(`${environment}.lock`));
  });

  test("is built again when its Python went away", async () => {
    const { run, calls } = machine(ONE_PYTHON);
    const executable = await prepareEnvironment(request(run));
    rmSync(path.join(path.dirname(executable), "python"));
    await prepareEnvironment(request(run));
    assert.deepEqual(calls, ["venv", "pip", "venv", "pip"]);
  });

  test("those that no window used for a month are removed; others stay", async () => {
    const { run } = machine(ONE_PYTHON);
    const longAgo = new Date(Date.now() - 40 * 24 * 3_600_000);
    for (const [name, used] of [["sidecar-0a", longAgo], ["sidecar-0b", new Date()]] as const) {
      mkdirSync(path.join(storage(), name), { recursive: true });
      writeFileSync(path.join(storage(), name, "ready"), "");
      utimesSync(path.join(storage(), name, "ready"), used, used);
    }
    await prepareEnvironment(request(run));
    assert.ok(!existsSync(path.join(storage(), "sidecar-0a")));
    assert.ok(existsSync(path.join(storage(), "sidecar-0b")));
  });

  test("no Python: the remedy is to install one", async () => {
    assert.match(await problemOf(machine({}).run), /needs Python 3\.11 .* Install Python/u);
  });

  test("no network: the remedy names the wheel, PATH and the setting", async () => {
    const pip = { code: 1, output: "ERROR: Could not find a version that satisfies the requirement pygls\n" };
    const problem = await problemOf(machine(ONE_PYTHON, pip).run);
    assert.match(problem, /could not be downloaded.*Could not find a version.*on PATH.*holdfast\.server\.command/u);
    assert.ok(problem.includes(`pip install "${wheel}"`), problem);
  });

  test("a full disk is called a full disk", async () => {
    const pip = { code: 1, output: "OSError: [Errno 28] No space left on device\n" };
    assert.match(await problemOf(machine(ONE_PYTHON, pip).run), /^The disk is full\./u);
  });
});

describe("running programs", () => {
  const here = tmpdir();
  const never = new AbortController().signal;

  test("output of both streams arrives, line by line in the log", async () => {
    const lines: string[] = [];
    const run = programRunner(here, (line) => { lines.push(line); }, never);
    const result = await run(process.execPath, ["-e", "console.log('one'); console.error('two'); process.exitCode = 3"]);
    assert.equal(result.code, 3);
    assert.deepEqual(lines.sort(), ["one", "two"]);
  });

  test("a program that does not exist is a result, not an exception", async () => {
    const run = programRunner(here, () => undefined, never);
    assert.deepEqual(await run("/no/such/program", []), { code: null, output: "" });
  });

  test("stopping ends the program", async () => {
    const stop = new AbortController();
    const run = programRunner(here, () => { stop.abort(); }, stop.signal);
    const result = await run(process.execPath, ["-e", "console.log('up'); setInterval(() => {}, 1000)"]);
    assert.equal(result.code, null);
  });
});
