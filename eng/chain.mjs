// A chain for development: Hardhat's, with twenty rich accounts whose keys everybody knows. Ctrl-C ends it, and all that was on it.
//
//   npm run chain                                       at http://127.0.0.1:8545
//   LOCAL_RPC_URL=http://127.0.0.1:9545 npm run chain   elsewhere; 'npm run deploy' reads the same variable
import { spawn, spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const url = new URL(process.env.LOCAL_RPC_URL ?? "http://127.0.0.1:8545");
const setup = spawnSync(process.execPath, [join(root, "eng", "setup.mjs"), "--node-path"], {
  stdio: ["ignore", "pipe", "inherit"],
});
if (setup.status !== 0) process.exit(setup.status ?? 1);
const chain = spawn(
  setup.stdout.toString().trim(),
  [
    join(root, "node_modules", "hardhat", "dist", "src", "cli.js"),
    "node",
    "--hostname",
    url.hostname,
    "--port",
    url.port || "8545",
  ],
  { cwd: root, stdio: "inherit" },
);
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => chain.kill(signal));
chain.on("exit", (code) => process.exit(code ?? 0));
