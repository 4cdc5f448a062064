// A market with a stand-in verifier, and the steps of a project, for tests in JavaScript.

const P256_GENERATOR = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];
const NO_CID = { digest: `0x${"00".repeat(32)}`, codec: 0 };
const INFINITY = { x: 0n, y: 0n };
const CID = { digest: `0x${"ab".repeat(32)}`, codec: 0x70 };

export const addressOf = (signer) => signer.address;

/** Deploys a verifier that accepts everything, the market over it, and a court, so that everybody may join. */
export async function deployMarket(ethers) {
  const [owner, aggregator] = await ethers.getSigners();
  const verifier = await ethers.deployContract("VerifierStandIn");
  const market = await ethers.deployContract("Market", [verifier]);
  const court = await ethers.deployContract("TestCourt");
  const { timestamp } = await ethers.provider.getBlock("latest");
  return { ethers, market, owner, aggregator, court, srsId: await verifier.srsId(), deployedAt: timestamp };
}

/** Terms of nine rounds, with amounts in the token's smallest unit and durations in seconds. */
export function terms(context, changes = {}) {
  return {
    aggregator: context.aggregator.address,
    arbitrator: context.court.target,
    token: context.ethers.ZeroAddress,
    bounty: 9n * 10n ** 18n,
    aggregatorFee: 9n * 10n ** 15n,
    aggregatorBond: 4n * 10n ** 18n,
    trainerStake: 10n ** 16n,
    rounds: 9,
    minTrainers: 1,
    maxTrainers: 64,
    joinDeadline: context.deployedAt + 30 * 86_400,
    openDuration: 3600,
    trainingDuration: 3600,
    settlingDuration: 3600,
    contestDuration: 3600,
    toleratedExpiries: 1,
    toleratedAbsences: 1,
    absencePenaltyBps: 1000,
    fractionBits: 14,
    dimension: 1_000_000,
    hyperBounds: {
      minLearningRate: 1,
      maxLearningRate: 1_000_000,
      minLocalEpochs: 1,
      maxLocalEpochs: 100,
      minBatchSize: 1,
      maxBatchSize: 4096,
    },
    allowlistRoot: `0x${"00".repeat(32)}`,
    srsId: context.srsId,
    document: CID,
    ...changes,
  };
}

/**
 * Creates, fills and starts a project. `note(name, sent)` hears of each kind of transaction.
 * Trainers are fresh accounts, so that any number of them can join.
 */
export async function runningProject(connection, context, { trainers: count, token, note = (_, sent) => sent }) {
  const { ethers } = connection;
  const { market, owner, aggregator } = context;
  const kind = token ? "ERC-20" : "native";
  const agreed = terms(context, token ? { token: await token.getAddress() } : {});

  async function funded(account, amount) {
    if (!token) return { value: amount };
    await token.mint(account, amount);
    await token.connect(account).approve(market, ethers.MaxUint256);
    return {};
  }

  let overrides = await funded(owner, agreed.bounty + agreed.aggregatorFee);
  await note(`create (${kind})`, market.connect(owner).create(agreed, [], overrides));
  const id = await market.projectCount();
  overrides = await funded(aggregator, agreed.aggregatorBond);
  await note(`postBond (${kind})`, market.connect(aggregator).postBond(id, ...P256_GENERATOR, overrides));

  const trainers = [];
  for (let i = 0; i < count; ++i) {
    const wallet = new ethers.Wallet(ethers.id(`trainer ${i}`), ethers.provider);
    await connection.networkHelpers.setBalance(wallet.address, 10n ** 20n);
    overrides = await funded(wallet, agreed.trainerStake);
    await note(`join (${kind})`, market.connect(wallet).join(id, [], overrides));
    trainers.push(wallet);
  }
  await note("start", market.connect(owner).start(id));

  const project = {
    id,
    trainers,
    model: CID,
    reference: await point(context, 5n),
    hyper: { learningRate: 10_000, localEpochs: 1, batchSize: 32 },
    commitments: 1000n,
    posted: new Map(),
    /** Submits a fresh commitment. */
    async submit(trainer) {
      const submission = {
        trainer: trainer.address,
        commitment: await point(context, ++project.commitments),
        payload: { digest: ethers.id(`payload ${project.commitments}`), codec: 0x55 },
      };
      project.posted.set(trainer.address, submission);
      const { round } = await market.state(id);
      return market.connect(trainer).submit(id, round, submission.commitment, submission.payload);
    },
  };
  return project;
}

/** Opens the next round. */
export async function openRound({ market, aggregator }, project) {
  return market.connect(aggregator).openRound(project.id, project.model, project.reference, project.hyper);
}

/** One round in which the whole cohort submits updates that are nearly alike. */
export async function playRound(connection, context, project, { note = (_, sent) => sent } = {}) {
  const { market, aggregator } = context;
  const before = await market.state(project.id);
  await note("openRound", openRound(context, project));
  project.posted.clear();
  const cohort = [];
  for (const trainer of project.trainers) {
    const [seated, seat] = await market.seatOf(project.id, trainer.address);
    if (seated) cohort[Number(seat)] = trainer;
  }
  for (const [seat, trainer] of cohort.entries()) {
    const last = seat === cohort.length - 1;
    await note(last ? "submit (last of the cohort)" : "submit (steady)", project.submit(trainer));
  }
  const submissions = cohort.map((trainer) => project.posted.get(trainer.address));
  const publicRows = before.publicRows.filter((row) => row.x !== 0n).length;
  const settlement = settlementOf(submissions.length, publicRows);
  await note(
    `settle without verification, n = ${submissions.length}`,
    market.connect(aggregator).settle(project.id, before.round, submissions, settlement),
  );
}

/** A settlement of so many valid submissions, all of which the scoring rule keeps. */
export function settlementOf(count, publicRows = 0) {
  const any = count !== 0;
  return {
    invalid: 0,
    gram: any ? packGram(vectors(count, publicRows), publicRows) : "0x",
    // As long as a real proof, without zero bytes.
    proof: any ? `0x${"5a".repeat(416)}` : "0x",
    aggregateCommitment: any ? { x: 1n, y: 2n } : INFINITY,
    aggregate: any ? CID : NO_CID,
    report: CID,
  };
}

/** A settlement of so many submissions none of which is valid. */
export function invalidSettlementOf(count) {
  return { ...settlementOf(0), invalid: 2 ** count - 1 };
}

/** A reference, updates about it, and public rows with larger entries. */
function vectors(updates, publicRows) {
  const rows = [[20_000_003n, 0n, 0n]];
  for (let i = 0n; i < updates; ++i) rows.push([19_000_001n + 977n * i, 6_000_011n - 1009n * i, 1_000_003n + 13n * i]);
  for (let a = 0n; a < publicRows; ++a) rows.push([70_000_000_001n + a, 90_000_000_007n * (a + 1n), -40_000_000_003n]);
  return rows;
}

/** Packs inner products as GramMatrix documents: int64 for reference and updates, int128 for public rows. */
export function packGram(rows, publicRows) {
  const first = rows.length - publicRows;
  let hex = "0x";
  for (let i = 0; i < rows.length; ++i) {
    const bits = i < first ? 64 : 128;
    for (let j = 0; j <= i; ++j) {
      const product = rows[i].reduce((sum, value, k) => sum + value * rows[j][k], 0n);
      hex += BigInt.asUintN(bits, product)
        .toString(16)
        .padStart(bits / 4, "0");
    }
  }
  return hex;
}

/** scalar · (1, 2), by the precompile. */
async function point({ ethers }, scalar) {
  const word = (value) => ethers.toBeHex(value, 32).slice(2);
  const answer = await ethers.provider.call({
    to: "0x0000000000000000000000000000000000000007",
    data: `0x${word(1n)}${word(2n)}${word(scalar)}`,
  });
  return { x: BigInt(answer.slice(0, 66)), y: BigInt(`0x${answer.slice(66)}`) };
}
