import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CannotStart, chooseServer, findOnPath, makeReady, restartDelay, type Server } from "../src/server";

/** Message and remedy when nothing can be started; empty when something can. */
function problemOf(server: Server): string {
  return server.kind === "none" ? `${server.problem.message} ${server.problem.remedy}` : "";
}

const NOTHING = { configured: undefined, wheel: undefined, onPath: undefined };

describe("which sidecar starts", () => {
  test("the configured command wins over all", () => {
    const server = chooseServer({ configured: ["/opt/h", "-v"], wheel: "/x.whl", onPath: "/bin/holdfast" });
    assert.deepEqual(server, { kind: "configured", command: ["/opt/h", "-v"] });
  });

  test("then the wheel the package carries, with PATH to fall back to", () => {
    const server = chooseServer({ configured: null, wheel: "/x.whl", onPath: "/bin/holdfast" });
    assert.deepEqual(server, { kind: "bundled", wheel: "/x.whl", otherwise: "/bin/holdfast" });
  });

  test("then PATH", () => {
    assert.deepEqual(chooseServer({ ...NOTHING, onPath: "/bin/holdfast" }), { kind: "path", executable: "/bin/holdfast" });
  });

  test("with none of them, a problem with its remedy", () => {
    assert.match(problemOf(chooseServer(NOTHING)), /pip install path\/to\/holdfast-….whl.*on PATH.*holdfast\.server\.command/u);
  });

  for (const configured of ["holdfast", [], [""], [1], {}, false]) {
    test(`${JSON.stringify(configured)} is no command, and nothing else is started instead`, () => {
      const server = chooseServer({ configured, wheel: "/x.whl", onPath: "/bin/holdfast" });
      assert.ok(problemOf(server).includes(`${JSON.stringify(configured)}, which is not a command`));
    });
  }
});

describe("making it ready", () => {
  const prepare = (wheel: string): Promise<string> => Promise.resolve(`environment of ${wheel}`);
  const refuse = (): Promise<string> => Promise.reject(new CannotStart({ message: "No Python.", remedy: "Install it." }));
  const noWarning = (message: string): void => { assert.fail(message); };

  test("a configured command is started in the environment as it is", async () => {
    const server: Server = { kind: "configured", command: ["/h", "-v"] };
    assert.deepEqual(await makeReady(server, prepare, noWarning), { command: ["/h", "-v"], env: {} });
  });

  test("the carried one runs in its own environment, whatever Python is active", async () => {
    const server: Server = { kind: "bundled", wheel: "w", otherwise: "/bin/holdfast" };
    const expected = { command: ["environment of w"], env: { PYTHONHOME: "", PYTHONPATH: "" } };
    assert.deepEqual(await makeReady(server, prepare, noWarning), expected);
  });

  test("when that cannot be built, PATH serves and the log says why", async () => {
    const warnings: string[] = [];
    const server: Server = { kind: "bundled", wheel: "w", otherwise: "/bin/holdfast" };
    const launch = await makeReady(server, refuse, (message) => { warnings.push(message); });
    assert.deepEqual(launch, { command: ["/bin/holdfast"], env: {} });
    assert.deepEqual(warnings, ["Error: No Python. Install it. Using /bin/holdfast instead."]);
  });

  test("when PATH has none either, the remedy is the environment's", async () => {
    await assert.rejects(makeReady({ kind: "bundled", wheel: "w", otherwise: undefined }, refuse, noWarning), {
      problem: { message: "No Python.", remedy: "Install it." },
    });
  });
});

describe("looking on PATH", () => {
  const having = (...files: string[]) => (file: string): boolean => files.includes(file);

  test("the first folder that has it wins", () => {
    const isExecutable = having("/b/holdfast", "/c/holdfast");
    assert.equal(findOnPath("holdfast", { path: "/a:/b:/c", platform: "linux", isExecutable }), "/b/holdfast");
  });

  test("a relative entry is passed over, as a workspace could be there", () => {
    const isExecutable = (): boolean => true;
    assert.equal(findOnPath("holdfast", { path: ".:bin::/c", platform: "linux", isExecutable }), "/c/holdfast");
  });

  test("Windows has other separators and endings", () => {
    const isExecutable = having("C:\\b\\holdfast.exe");
    assert.equal(findOnPath("holdfast", { path: "C:\\a;C:\\b", platform: "win32", isExecutable }), "C:\\b\\holdfast.exe");
  });

  test("nowhere is undefined", () => {
    assert.equal(findOnPath("holdfast", { path: "", platform: "linux", isExecutable: () => true }), undefined);
  });
});

describe("restarting after a crash", () => {
  const now = 1_000_000;
  const cases = [
    { name: "the first one at once", crashedAt: [now], delay: 500 },
    { name: "the second later", crashedAt: [now - 1000, now], delay: 2000 },
    { name: "the third later still", crashedAt: [now - 4000, now - 3000, now], delay: 8000 },
    { name: "the fourth not at all", crashedAt: [now - 13_000, now - 12_000, now - 9000, now], delay: undefined },
    { name: "old crashes are forgotten", crashedAt: [now - 500_000, now - 400_000, now - 300_000, now], delay: 500 },
  ];
  for (const { name, crashedAt, delay } of cases) {
    test(name, () => { assert.equal(restartDelay(crashedAt, now), delay); });
  }
});
