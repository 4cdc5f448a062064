// Measures what every transaction of the market costs, and rewrites tests/contracts/gas-snapshot.json: `npm run gas`.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const setup = spawnSync(process.execPath, [join(root, "eng", "setup.mjs"), "--node-path"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (setup.status !== 0) process.exit(1);
const hardhat = [
  join("node_modules", "hardhat", "dist", "src", "cli.js"),
  "test",
  "mocha",
  "tests/contracts/gas.test.js",
];
const { status } = spawnSync(setup.stdout.trim(), hardhat, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, UPDATE_GAS: "1" },
});
process.exitCode = status ?? 1;
