// Compiles the unit tests and runs them; further arguments go to Node's test runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { build } from "esbuild";

const outdir = "out/test";
const names = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: names.map((name) => `test/${name}`),
  outdir,
  alias: { vscode: "./test/vscode.ts" }, // the editor brings the real one; tests/editor runs in it
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  sourcemap: "inline",
  logLevel: "warning",
});
const compiled = names.map((name) => `${outdir}/${name.replace(/ts$/, "js")}`);
const args = ["--enable-source-maps", "--test", ...process.argv.slice(2), ...compiled];
process.exitCode = spawnSync(process.execPath, args, { stdio: "inherit" }).status ?? 1;
