// Deploys the market to a network that hardhat.config.js names, and records it in deployments/<network>.json: see USAGE.
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

const USAGE = `Deploys the market, and records in deployments/NETWORK.json where it is.

  npm run deploy                                    to a development node, such as 'npm run chain' starts
  SEPOLIA_RPC_URL=… SEPOLIA_DEPLOYER_KEY=… \\
  npm run deploy -- --network sepolia --srs FILE    to a live network

  --network NAME  local (at LOCAL_RPC_URL, by default http://127.0.0.1:8545), or a live one of hardhat.config.js, whose URL and key
                  come from the environment [default: local]
  --srs FILE      parameters of a reference string from a public ceremony, as 'marketplace srs prepare' writes them; a local chain
                  uses a development one unless this is given
  --again         deploy once more where the recorded market still stands on a development node, and replace the record

DEPLOYMENT_FILE names another file for the record. The record of a live network is never replaced.
`;

const OPTIONS = {
  network: { type: "string", default: "local" },
  srs: { type: "string" },
  again: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

function readArguments() {
  try {
    return parseArgs({ options: OPTIONS }).values;
  } catch (error) {
    process.stderr.write(`${error.message}\nSee 'npm run deploy -- --help'.\n`);
    process.exit(2);
  }
}

const values = readArguments();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
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
    env: { ...process.env, SRS_PARAMETERS: parameters, DEPLOY_AGAIN: values.again ? "1" : "" },
  },
);
