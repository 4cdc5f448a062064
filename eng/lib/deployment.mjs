// The steps of a deployment, apart from where its settings come from.
import { access, constants, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** Chains of development nodes, on which a reference string with a known τ does no harm. */
const DEVELOPMENT_CHAINS = new Set([31337n, 1337n]);

/** [τ]_1.x of that reference string; the verifier refuses it elsewhere too. */
const DEVELOPMENT_TAU_X = 0x251585cd120dc236cc70cc7396f747510fb092f85108d9560120416bb987eb2bn;

/** The market's deployment cannot be estimated before its verifier stands. Measured 6.5 million, with room. */
const MARKET_GAS = 7_500_000n;

const WORD = /^0x[0-9a-fA-F]{1,64}$/;

/**
 * Deploys GramVerifier and Market and writes where they are.
 * @param connection A Hardhat network connection with ethers.
 * @param parametersFile Path of the SRS parameters (JSON: id, tau1, tau2, tauSquared2, length, development).
 * @param deploymentFile Path of the record to write.
 * @param again Whether the record of a market that still stands on a development chain may be replaced.
 * @param log Receives one line for each step.
 * @returns The record: chainId, market, verifier, srsId, block, deployedAt.
 * @throws Error with what was expected, what came and what to do.
 */
export async function deploy({ ethers, networkName }, { parametersFile, deploymentFile, again = false, log }) {
  const parameters = await readParameters(parametersFile);
  const { chainId } = await ethers.provider.getNetwork();
  const isDevelopment = parameters.development || BigInt(parameters.tau1[0]) === DEVELOPMENT_TAU_X;
  if (isDevelopment && !DEVELOPMENT_CHAINS.has(chainId)) {
    throw new Error(
      `the reference string in ${parametersFile} is for development: whoever made it can forge proofs. Chain ${chainId} ` +
        `(network ${networkName}) needs one from a public ceremony.`,
    );
  }
  await checkDeploymentFile(ethers, deploymentFile, chainId, again, log);

  const [deployer] = await ethers.getSigners();
  if (!deployer) throw new Error(`network ${networkName} has no account to deploy with; configure one.`);
  log(`Network ${networkName}, chain ${chainId}, deployer ${deployer.address}`);

  const words = [pointOf(parameters.tau1), g2Of(parameters.tau2), g2Of(parameters.tauSquared2), parameters.length];
  const factory = await ethers.getContractFactory("GramVerifier", deployer);
  const verifierGas = await estimate(ethers, factory, words, deployer);
  await checkFunds(ethers, deployer, verifierGas + MARKET_GAS);

  const verifier = await factory.deploy(...words);
  await verifier.waitForDeployment();
  log(`GramVerifier at ${verifier.target}`);
  const srsId = await verifier.srsId();
  if (srsId.toLowerCase() !== parameters.id.toLowerCase()) {
    throw new Error(
      `the deployed verifier has SRS id ${srsId}, ${parametersFile} says ${parameters.id}; check that file.`,
    );
  }

  const market = await ethers.deployContract("Market", [verifier.target], deployer);
  const receipt = await market.deploymentTransaction().wait();
  log(`Market at ${market.target}, block ${receipt.blockNumber}`);
  const block = await ethers.provider.getBlock(receipt.blockNumber);

  const record = {
    chainId: Number(chainId),
    market: market.target,
    verifier: verifier.target,
    srsId,
    block: receipt.blockNumber,
    deployedAt: new Date(block.timestamp * 1000).toISOString(),
  };
  await writeFile(deploymentFile, `${JSON.stringify(record, null, 2)}\n`);
  log(`Wrote ${deploymentFile}`);
  return record;
}

/** Reads and checks the SRS parameters. That the points belong together, the verifier's constructor checks. */
export async function readParameters(file) {
  if (!file) throw new Error("no SRS parameters given; set SRS_PARAMETERS to the path of the parameters' JSON file.");
  let parameters;
  try {
    parameters = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`cannot read SRS parameters from ${file}: ${error.message}`);
  }
  const expect = (name, valid, expected) => {
    const given = parameters?.[name];
    if (!valid(given)) throw new Error(`${file}: "${name}" must be ${expected}, got ${JSON.stringify(given)}.`);
  };
  const words = (count) => (value) =>
    Array.isArray(value) &&
    value.length === count &&
    value.every((word) => typeof word === "string" && WORD.test(word));
  expect("id", (value) => typeof value === "string" && /^0x[0-9a-fA-F]{64}$/.test(value), "32 bytes in hexadecimal");
  expect("tau1", words(2), "two hexadecimal words");
  expect("tau2", words(4), "four hexadecimal words");
  expect("tauSquared2", words(4), "four hexadecimal words");
  expect("length", (value) => Number.isSafeInteger(value) && value > 0, "a positive integer");
  expect("development", (value) => typeof value === "boolean", "true or false");
  return parameters;
}

/** Finds out before any gas is spent whether the record can be written, and overwrites none of a live chain or a market that is in use. */
async function checkDeploymentFile(ethers, file, chainId, again, log) {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true });
  let exists = true;
  try {
    await access(file, constants.F_OK);
  } catch {
    exists = false;
  }
  if (!exists) return access(path.dirname(path.resolve(file)), constants.W_OK);
  if (!DEVELOPMENT_CHAINS.has(chainId)) {
    throw new Error(`${file} exists already; move it away, or set DEPLOYMENT_FILE to another path.`);
  }
  await access(file, constants.W_OK);
  const market = await recordedMarket(file);
  if (!again && market && (await ethers.provider.getCode(market)) !== "0x") {
    throw new Error(
      `the market that ${file} records, ${market}, still stands on this chain; give --again to deploy another and replace the record, ` +
        "or set DEPLOYMENT_FILE to another path.",
    );
  }
  log(`Replacing ${file}`);
}

/** The market's address in a record; null where that is no record of one. */
async function recordedMarket(file) {
  try {
    const { market } = JSON.parse(await readFile(file, "utf8"));
    return /^0x[0-9a-fA-F]{40}$/.test(market) ? market : null;
  } catch {
    return null;
  }
}

/** Gas of the verifier's deployment. A constructor that reverts says here what it found. */
async function estimate(ethers, factory, words, deployer) {
  const transaction = await factory.getDeployTransaction(...words);
  try {
    return await ethers.provider.estimateGas({ ...transaction, from: deployer.address });
  } catch (error) {
    const data = error.data ?? error.info?.error?.data;
    const known = typeof data === "string" ? factory.interface.parseError(data) : null;
    const reason = known ? `${known.name}(${known.args.join(", ")})` : (error.shortMessage ?? error.message);
    throw new Error(`the verifier refuses the SRS parameters: ${reason}`);
  }
}

async function checkFunds(ethers, deployer, gas) {
  const { gasLimit } = await ethers.provider.getBlock("latest");
  if (gasLimit < MARKET_GAS) {
    throw new Error(`blocks hold ${gasLimit} gas, the market's deployment needs up to ${MARKET_GAS}.`);
  }
  const { maxFeePerGas, gasPrice } = await ethers.provider.getFeeData();
  const needed = gas * (maxFeePerGas ?? gasPrice ?? 0n);
  const balance = await ethers.provider.getBalance(deployer.address);
  if (balance < needed) {
    throw new Error(
      `deployer ${deployer.address} has ${ethers.formatEther(balance)} ether, the deployment may cost ` +
        `${ethers.formatEther(needed)} (${gas} gas); fund the account.`,
    );
  }
}

const pointOf = ([x, y]) => ({ x, y });
const g2Of = ([xImaginary, xReal, yImaginary, yReal]) => ({ xImaginary, xReal, yImaginary, yReal });
