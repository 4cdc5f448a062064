import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { network } from "hardhat";
import { deploy } from "../../eng/lib/deployment.mjs";
import { root, temporaryFolder } from "./utils/files.js";

/** A reference string with τ = 3, which everybody knows now: [3]_1, [3]_2, [9]_2. */
const PARAMETERS = {
  tau1: [
    "0x0769bf9ac56bea3ff40232bcb1b6bd159315d84715b8e679f2d355961915abf0",
    "0x2ab799bee0489429554fdb7c8d086475319e63b40b9c5b57cdf1ff3dd9fe2261",
  ],
  tau2: [
    "0x1014772f57bb9742735191cd5dcfe4ebbc04156b6878a0a7c9824f32ffb66e85",
    "0x06064e784db10e9051e52826e192715e8d7e478cb09a5e0012defa0694fbc7f5",
    "0x021e2335f3354bb7922ffcc2f38d3323dd9453ac49b55441452aeaca147711b2",
    "0x058e1d5681b5b9e0074b0f9c8d2c68a069b920d74521e79765036d57666c5597",
  ],
  tauSquared2: [
    "0x0aa8c85149afecea43310a4e7b5aae63d4162e5d41a4df5beac827f1b7bd6783",
    "0x1d2b63f76dc59458a1083d2df1bc35fa0ff26cc6094a6e9b7f76b30cfc894735",
    "0x0ce3e7af512369fabdf64a761e0e451369b2935abcf25ccd15d897516a02476f",
    "0x286b2c52de77f01d4baebbcef1f35e94c038ae3c93c850304186792c8df69c9c",
  ],
  length: 1056,
  development: true,
};

/** Of the reference string that programs make for development. */
const DEVELOPMENT_TAU_X = "0x251585cd120dc236cc70cc7396f747510fb092f85108d9560120416bb987eb2b";

describe("Deployment", function () {
  this.timeout(120_000);
  const file = temporaryFolder();
  let ethers, connection, id;

  beforeEach(async () => {
    connection = await network.create();
    ({ ethers } = connection);
    const { tau1, tau2, tauSquared2, length } = PARAMETERS;
    id = ethers.keccak256(ethers.concat([...tau1, ...tau2, ...tauSquared2, ethers.toBeHex(length, 32)]));
  });

  /** Deploys with the parameters changed; where `text` is given, with that instead of JSON. */
  async function run({ changes = {}, text, on = connection, again = false } = {}) {
    const parametersFile = file("parameters.json");
    await writeFile(parametersFile, text ?? JSON.stringify({ id, ...PARAMETERS, ...changes }));
    const lines = [];
    const deploymentFile = file("records", "chain.json");
    const record = await deploy(on, { parametersFile, deploymentFile, again, log: (line) => lines.push(line) });
    return { record, lines, deploymentFile };
  }

  async function failure(options) {
    try {
      await run(options);
    } catch (error) {
      return error.message;
    }
    throw new Error("the deployment went through");
  }

  const onAnotherChain = () => network.create({ override: { chainId: 11155111 } });

  it("deploys, checks and records", async () => {
    const { record, lines, deploymentFile } = await run();
    expect(JSON.parse(await readFile(deploymentFile, "utf8"))).to.deep.equal(record);
    expect(Object.keys(record)).to.deep.equal(["chainId", "market", "verifier", "srsId", "block", "deployedAt"]);
    expect(record.chainId).to.equal(31337);
    expect(record.srsId).to.equal(id);
    const market = await ethers.getContractAt("Market", record.market);
    expect(await market.verifier()).to.equal(record.verifier);
    expect(await market.projectCount()).to.equal(0n);
    expect(await ethers.provider.getCode(await market.settler())).to.not.equal("0x");
    expect(await ethers.provider.getCode(await market.termsChecker())).to.not.equal("0x");
    const verifier = await ethers.getContractAt("GramVerifier", record.verifier);
    expect(await verifier.maxDimension()).to.equal(1024n);
    expect(lines.join("\n")).to.contain(record.market).and.to.contain(record.verifier);
  });

  it("replaces the record of a development chain that is gone, and says so", async () => {
    await run();
    const { lines } = await run({ on: await network.create() });
    expect(lines.some((line) => line.startsWith("Replacing"))).to.equal(true);
  });

  it("keeps the record of a market that still stands, unless told to deploy again", async () => {
    const { record, deploymentFile } = await run();
    expect(await failure())
      .to.contain("still stands")
      .and.to.contain(record.market)
      .and.to.contain("--again");
    expect(JSON.parse(await readFile(deploymentFile, "utf8"))).to.deep.equal(record);
    const again = await run({ again: true });
    expect(again.record.market).not.to.equal(record.market);
  });

  it("keeps a live chain's record", async () => {
    const on = await onAnotherChain();
    const changes = { development: false };
    const { deploymentFile } = await run({ changes, on });
    const before = await readFile(deploymentFile, "utf8");
    expect(await failure({ changes, on })).to.contain("exists already");
    expect(await readFile(deploymentFile, "utf8")).to.equal(before);
  });

  it("refuses a development reference string on a live chain, whatever its file says", async () => {
    const on = await onAnotherChain();
    const tau1 = [DEVELOPMENT_TAU_X, PARAMETERS.tau1[1]];
    expect(await failure({ changes: { development: false, tau1 }, on })).to.contain("is for development");
    expect(await failure({ on }))
      .to.contain("is for development")
      .and.to.contain("11155111");
    const [deployer] = await on.ethers.getSigners();
    expect(await on.ethers.provider.getTransactionCount(deployer.address), "transactions sent").to.equal(0);
  });

  it("refuses when the deployer cannot pay", async () => {
    const [deployer] = await ethers.getSigners();
    await connection.networkHelpers.setBalance(deployer.address, 10n ** 15n);
    expect(await failure())
      .to.contain(deployer.address)
      .and.to.contain("fund the account");
  });

  it("refuses points that do not belong together", async () => {
    const message = await failure({ changes: { tauSquared2: PARAMETERS.tau2 } });
    expect(message).to.contain("GramVerifier_InconsistentReferenceString");
  });

  it("refuses an id that is not that of the points", async () => {
    expect(await failure({ changes: { id: `0x${"11".repeat(32)}` } })).to.contain("check that file");
  });

  for (const [name, changes] of Object.entries({
    id: { id: "0x12" },
    tau1: { tau1: ["0x1"] },
    tau2: { tau2: ["0x1", "0x2", "0x3", 4] },
    tauSquared2: { tauSquared2: "0x1" },
    length: { length: -1 },
    development: { development: "no" },
  })) {
    it(`refuses parameters with a bad ${name}`, async () => {
      expect(await failure({ changes })).to.contain(`"${name}" must be`);
    });
  }

  it("refuses what is not JSON", async () => {
    expect(await failure({ text: "{" })).to.contain("cannot read SRS parameters");
  });

  it("asks for the parameters where none are given", async () => {
    const options = { deploymentFile: file("chain.json"), log: () => {} };
    let message;
    await deploy(connection, options).catch((error) => (message = error.message));
    expect(message).to.contain("SRS_PARAMETERS");
  });

  it("runs as a script", async () => {
    const parametersFile = file("parameters.json");
    await writeFile(parametersFile, JSON.stringify({ id, ...PARAMETERS }));
    const deploymentFile = file("script.json");
    const cli = path.join(root, "node_modules", "hardhat", "dist", "src", "cli.js");
    const start = (env) =>
      promisify(execFile)(process.execPath, [cli, "run", "--no-compile", "eng/hardhat-deploy.mjs"], {
        cwd: root,
        env: { ...process.env, ...env },
      });
    const { stdout } = await start({ SRS_PARAMETERS: parametersFile, DEPLOYMENT_FILE: deploymentFile });
    expect(stdout).to.contain(`Wrote ${deploymentFile}`);
    expect(JSON.parse(await readFile(deploymentFile, "utf8")).srsId).to.equal(id);

    const failed = await start({ SRS_PARAMETERS: "", DEPLOYMENT_FILE: deploymentFile }).catch((error) => error);
    expect(failed.code).to.equal(1);
    expect(failed.stderr).to.contain("Deployment failed: no SRS parameters given");
  });
});
