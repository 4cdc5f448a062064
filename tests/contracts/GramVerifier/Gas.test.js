import { expect } from "chai";
import hre, { network } from "hardhat";
import { callArguments, prove, verifierArguments } from "../utils/proofs.js";

describe("GramVerifier's gas", function () {
  this.timeout(600_000);

  let ethers;

  before(async function () {
    // Counting lines costs gas.
    if (hre.globalOptions.coverage) this.skip();
    ({ ethers } = await network.create());
  });

  // What a transaction costs before its first instruction: 21000, and 4 or 16 for every byte of calldata.
  const intrinsic = (data) => 21_000n + ethers.getBytes(data).reduce((sum, byte) => sum + (byte === 0 ? 4n : 16n), 0n);

  const measure = async (n, dimension, limit) => {
    const made = prove({ n, public: 2, dimension, seed: 3 });
    const by = await ethers.deployContract("GramVerifier", verifierArguments(made.srs));
    const call = await by.verify.populateTransaction(...callArguments(made.vectors[0]));
    const [signer] = await ethers.getSigners();
    const { gasUsed } = await (await signer.sendTransaction(call)).wait();
    const verification = gasUsed - intrinsic(call.data);
    console.log(`      n = ${n}, P = 2, d = ${dimension}: verification ${verification}, transaction ${gasUsed}`);
    expect(verification).to.be.at.most(limit);
    return verification;
  };

  it("stays within 550,000 at n = 16 and 1,150,000 at n = 32, whatever the dimension", async () => {
    for (const [n, limit] of [
      [16, 550_000n],
      [32, 1_150_000n],
    ]) {
      const used = [await measure(n, 4096, limit), await measure(n, 65_536, limit)];
      // Only rows that happen to sum to something negative cost a little more.
      const difference = used[0] > used[1] ? used[0] - used[1] : used[1] - used[0];
      expect(difference).to.be.below(1000n);
    }
  });
});
