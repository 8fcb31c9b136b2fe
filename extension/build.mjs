// Bundles the extension into out/extension.js. `--minify` is for the package; without it, stack traces read well.
import { copyFileSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "out/extension.js",
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  minify: process.argv.includes("--minify"),
  logLevel: "warning",
});
// The package has to carry the licence; the repository keeps one copy of it.
copyFileSync("../LICENSE", "LICENSE");
