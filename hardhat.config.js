import { createRequire } from "node:module";
import toolbox from "@nomicfoundation/hardhat-toolbox-mocha-ethers";
import { configVariable, defineConfig } from "hardhat/config";

const compilerPath = createRequire(import.meta.url).resolve("solc/soljson.js");

/** A live network: its RPC URL and deployer key come from the environment, never from a file. */
const live = (prefix, chainType = "l1") => ({
  type: "http",
  chainType,
  url: configVariable(`${prefix}_RPC_URL`),
  accounts: [configVariable(`${prefix}_DEPLOYER_KEY`)],
});

/**
 * Coverage counts lines in code of its own, kept apart from what is deployed. It need not be short, so it is hardly optimized, which
 * makes compiling it several times faster; `u` alone keeps the stack within reach.
 */
const covering = process.argv.includes("--coverage");
const optimizer = covering
  ? { enabled: true, runs: 1, details: { yul: true, yulDetails: { stackAllocation: true, optimizerSteps: "u:" } } }
  : { enabled: true, runs: 200 };
const output = covering ? "coverage/" : "";

export default defineConfig({
  plugins: [toolbox],
  solidity: {
    version: "0.8.37",
    path: compilerPath,
    settings: { evmVersion: "cancun", viaIR: true, optimizer },
  },
  paths: { sources: "contracts", tests: "tests/contracts", cache: `${output}cache`, artifacts: `${output}artifacts` },
  test: {
    // A fixed seed makes a failure repeatable; FUZZ_SEED, FUZZ_RUNS and INVARIANT_RUNS search further.
    solidity: {
      fuzz: { runs: Number(process.env.FUZZ_RUNS ?? 128), seed: process.env.FUZZ_SEED ?? "0x4d61726b6574" },
      invariant: { runs: Number(process.env.INVARIANT_RUNS ?? 16), depth: 128, failOnRevert: true },
    },
  },
  coverage: { skipFiles: ["contracts/mocks/**", "tests/**"] },
  typechain: { outDir: `${output}cache/types` },
  networks: {
    local: { type: "http", url: process.env.LOCAL_RPC_URL ?? "http://127.0.0.1:8545" },
    sepolia: live("SEPOLIA"),
    baseSepolia: live("BASE_SEPOLIA", "op"),
  },
});
