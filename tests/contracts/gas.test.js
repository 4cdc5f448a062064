// What each party's transactions cost, against fixed bounds and against the committed snapshot.
// `npm run gas` rewrites the snapshot; otherwise a cost that moved by more than one percent fails.
import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import hre, { network } from "hardhat";
import {
  addressOf,
  deployMarket,
  invalidSettlementOf,
  openRound,
  playRound,
  runningProject,
  terms,
} from "./utils/market.js";

const SNAPSHOT = new URL("./gas-snapshot.json", import.meta.url);
const TOLERANCE = 0.01;

/** Most gas that a transaction may use. Steady state: the slots that it writes held something before. */
const BOUNDS = {
  "create (native)": 400_000,
  "create (ERC-20)": 400_000,
  "join (native)": 120_000,
  "join (ERC-20)": 120_000,
  "submit (steady)": 50_000,
  "submit of 40 trainers (steady)": 53_000,
  "settle without verification, n = 16": 520_000,
  "settle without verification, n = 32": 1_100_000,
  "withdraw (native)": 60_000,
  "withdraw (ERC-20)": 60_000,
};

describe("Gas", function () {
  this.timeout(300_000);
  const measured = {};

  // Counting lines costs gas.
  before(function () {
    if (hre.globalOptions.coverage) this.skip();
  });

  /** Notes what a transaction used, under a name. */
  async function note(name, sent) {
    const receipt = await (await sent).wait();
    measured[name] = Number(receipt.gasUsed);
    return receipt;
  }

  /** Pays an account's whole balance to itself. */
  async function withdrawAll(market, account, token) {
    return market.connect(account).withdraw(token, account, await market.balanceOf(account, token));
  }

  it("deployment", async () => {
    const { ethers } = await network.create();
    const { market } = await deployMarket(ethers);
    measured["deploy Market, Settler, TermsChecker and Claims"] = Number(
      (await market.deploymentTransaction().wait()).gasUsed,
    );
  });

  it("a project in native currency", async () => {
    const connection = await network.create();
    const { ethers, networkHelpers } = connection;
    const context = await deployMarket(ethers);
    const { market, owner } = context;
    // The first project pays for the counter's slot; the second is the steady state.
    await market
      .connect(owner)
      .create(terms(context), [], { value: terms(context).bounty + terms(context).aggregatorFee });
    const project = await runningProject(connection, context, { trainers: 16, note });
    for (let round = 0; round < 2; ++round) await playRound(connection, context, project);
    await playRound(connection, context, project, { note });
    await note("expire an unopened round", expireIdle());
    await playRound(connection, context, project);

    for (const trainer of project.trainers.slice(0, 2)) {
      await note("creditPay", market.creditPay(project.id, trainer));
    }
    await note("withdraw (native)", withdrawAll(market, project.trainers[0], ethers.ZeroAddress));
    await openRound(context, project);
    for (const trainer of project.trainers) await project.submit(trainer);
    const state = await market.state(project.id);
    await networkHelpers.time.increaseTo(state.settleBy + 1n);
    await note("expire with 16 submissions", market.connect(owner).expire(project.id));
    expect((await market.state(project.id)).status).to.equal(5n);
    await note("returnStake", market.returnStake(project.id, addressOf(project.trainers[1])));
    await networkHelpers.time.increase(terms(context).contestDuration);
    await note("returnBond", market.returnBond(project.id));

    async function expireIdle() {
      await networkHelpers.time.increaseTo((await market.state(project.id)).openBy + 1n);
      return market.connect(owner).expire(project.id);
    }
  });

  it("a project in an ERC-20", async () => {
    const connection = await network.create();
    const { ethers } = connection;
    const context = await deployMarket(ethers);
    const token = await ethers.deployContract("TestToken");
    const project = await runningProject(connection, context, { trainers: 3, token, note });
    await playRound(connection, context, project);
    const { market } = context;
    for (const trainer of project.trainers) await market.creditPay(project.id, trainer);
    await withdrawAll(market, project.trainers[1], token);
    await note("withdraw (ERC-20)", withdrawAll(market, project.trainers[0], token));
  });

  for (const trainers of [4, 32]) {
    it(`settling ${trainers} updates`, async () => {
      const connection = await network.create();
      const context = await deployMarket(connection.ethers);
      const project = await runningProject(connection, context, { trainers });
      for (let round = 0; round < 2; ++round) await playRound(connection, context, project);
      await playRound(connection, context, project, {
        note: (name, sent) => (name.startsWith("settle") ? note(name, sent) : sent),
      });
    });
  }

  it("a cohort drawn from 40 trainers", async () => {
    const connection = await network.create();
    const context = await deployMarket(connection.ethers);
    const project = await runningProject(connection, context, { trainers: 40 });
    for (let round = 0; round < 2; ++round) await playRound(connection, context, project);
    await playRound(connection, context, project, {
      note: (name, sent) =>
        name.startsWith("submit") ? note(name.replace("submit", "submit of 40 trainers"), sent) : sent,
    });
  });

  it("leaving before the start", async () => {
    const connection = await network.create();
    const context = await deployMarket(connection.ethers);
    const { market, owner } = context;
    const { bounty, aggregatorFee, trainerStake } = terms(context);
    await market.connect(owner).create(terms(context), [], { value: bounty + aggregatorFee });
    const joining = (await connection.ethers.getSigners()).slice(2, 5);
    for (const trainer of joining) await market.connect(trainer).join(1, [], { value: trainerStake });
    await note("quit", market.connect(joining[0]).quit(1));
  });

  it("refusing rounds", async () => {
    const connection = await network.create();
    const context = await deployMarket(connection.ethers);
    const project = await runningProject(connection, context, { trainers: 4 });
    for (let round = 0; round < 2; ++round) {
      await openRound(context, project);
      for (const trainer of project.trainers.slice(0, 3)) {
        await note("refuse", context.market.connect(trainer).refuse(project.id, round));
      }
      await note("expire a failed round", context.market.expire(project.id));
    }
  });

  for (const open of [false, true]) {
    it(`settling empty rounds and stopping ${open ? "with a round open" : "between rounds"}`, async () => {
      const connection = await network.create();
      const context = await deployMarket(connection.ethers);
      const project = await runningProject(connection, context, { trainers: 2 });
      const { market, aggregator, owner } = context;
      for (let round = 0; round < 2; ++round) {
        await openRound(context, project);
        for (const trainer of project.trainers) await project.submit(trainer);
        const submissions = project.trainers.map((trainer) => project.posted.get(trainer.address));
        const settlement = invalidSettlementOf(submissions.length);
        const settled = market.connect(aggregator).settle(project.id, round, submissions, settlement);
        await note("settle with all invalid, n = 2", settled);
      }
      if (open) await openRound(context, project);
      await note(open ? "stop with a round open" : "stop", market.connect(owner).stop(project.id));
    });
  }

  it("stays within the bounds", () => {
    for (const [name, bound] of Object.entries(BOUNDS)) {
      expect(measured[name], `gas of "${name}"`).to.be.a("number");
      expect(measured[name], `gas of "${name}"`).to.be.at.most(bound);
    }
  });

  it("agrees with the snapshot", () => {
    const sorted = Object.fromEntries(Object.entries(measured).sort(([a], [b]) => a.localeCompare(b)));
    if (process.env.UPDATE_GAS === "1") writeFileSync(SNAPSHOT, `${JSON.stringify(sorted, null, 2)}\n`);
    const snapshot = JSON.parse(readFileSync(SNAPSHOT, "utf8"));
    expect(Object.keys(sorted), "transactions measured; `npm run gas` rewrites").to.deep.equal(Object.keys(snapshot));
    const moved = Object.keys(snapshot)
      .filter((name) => Math.abs(sorted[name] - snapshot[name]) > snapshot[name] * TOLERANCE)
      .map((name) => `${name}: ${snapshot[name]} -> ${sorted[name]}`);
    expect(moved, "costs that moved by more than one percent; `npm run gas` rewrites").to.deep.equal([]);
  });
});
