// What deploy.mjs has Hardhat run, and every local market too: deploys the verifier and the market.
//   SRS_PARAMETERS=<parameters.json> npx hardhat run eng/hardhat-deploy.mjs --network <name>
// Writes deployments/<name>.json, or DEPLOYMENT_FILE where set. DEPLOY_AGAIN=1 replaces the record of a market that still stands.
import path from "node:path";
import { network } from "hardhat";
import { deploy } from "./lib/deployment.mjs";

const connection = await network.create();
const root = path.resolve(import.meta.dirname, "..");
try {
  await deploy(connection, {
    parametersFile: process.env.SRS_PARAMETERS,
    deploymentFile: process.env.DEPLOYMENT_FILE ?? path.join(root, "deployments", `${connection.networkName}.json`),
    again: process.env.DEPLOY_AGAIN === "1",
    log: console.log,
  });
} catch (error) {
  // One line for what an operator can put right; the stack only on demand.
  console.error(process.env.DEBUG ? error : `Deployment failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  await connection.close();
}
