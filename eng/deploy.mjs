// Deploys the market to a network that hardhat.config.js names, and records it in deployments/<network>.json.
//
//   npm run deploy                                                 to a development node on 127.0.0.1:8545
//   SEPOLIA_RPC_URL=… SEPOLIA_DEPLOYER_KEY=… \
//   npm run deploy -- --network sepolia --srs srs-parameters.json  to a live network
//
// The parameters of a structured reference string come from `marketplace srs prepare`. Keys are read from the environment only.
import { spawnSync } from "node:child_process";
import { join, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error) throw new Error(`could not start '${command}': ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result.stdout?.toString().trim();
}

const { values } = parseArgs({ options: { network: { type: "string", default: "local" }, srs: { type: "string" } } });
const node = run(process.execPath, [join("eng", "setup.mjs"), "--node-path"], { stdio: ["ignore", "pipe", "inherit"] });
let parameters = values.srs && resolve(values.srs);
if (!parameters) {
  if (values.network !== "local") {
    process.stderr.write(
      `Network ${values.network} needs a reference string from a public ceremony: prepare one with 'marketplace srs prepare', ` +
        "then give its parameters by --srs FILE.\n",
    );
    process.exit(2);
  }
  parameters = join(root, ".tools", "srs-development.json");
  run("dotnet", [
    "run",
    "--project",
    join("src", "Marketplace"),
    "--",
    "srs",
    "development",
    "--parameters",
    parameters,
  ]);
}
run(
  node,
  [
    join("node_modules", "hardhat", "dist", "src", "cli.js"),
    "run",
    "eng/hardhat-deploy.mjs",
    "--no-compile",
    "--network",
    values.network,
  ],
  {
    env: { ...process.env, SRS_PARAMETERS: parameters },
  },
);
