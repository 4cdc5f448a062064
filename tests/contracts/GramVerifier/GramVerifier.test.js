import { expect } from "chai";
import { network } from "hardhat";
import { forgersParameters, inner, proveOver, times, vectorWith } from "../utils/forger.js";
import {
  COORDINATES,
  FIELDS,
  P,
  R,
  callArguments,
  copy,
  packGram,
  packProof,
  prove,
  solveIdentity,
  transcript,
  verifierArguments,
} from "../utils/proofs.js";

const SRS_DIMENSION = 4096;
const DIMENSION = 40;
const ZERO = { x: 0n, y: 0n };

describe("GramVerifier", function () {
  this.timeout(600_000);

  let ethers, errors, verifier, srs, vector, other;

  const deploy = async (args) => ethers.deployContract("GramVerifier", args);
  const make = (n, publicRows, seed = 1, dimension = DIMENSION) =>
    prove({ n, public: publicRows, dimension, seed, "srs-dimension": SRS_DIMENSION });
  const accepts = async (candidate, by = verifier) => by.verify(...callArguments(candidate));
  const refuses = async (candidate, error, ...values) => {
    const check = expect(verifier.verify(...callArguments(candidate))).to.be.revertedWithCustomError(errors, error);
    await (values.length > 0 ? check.withArgs(...values) : check);
  };

  /** A changed copy; `change` gets the copy and its proof. */
  const changed = (change, source = vector) => {
    const candidate = copy(source);
    change(candidate, candidate.proof);
    return candidate;
  };

  before(async () => {
    ({ ethers } = await network.create());
    ({
      srs,
      vectors: [vector],
    } = make(4, 2));
    other = make(4, 2, 2).vectors[0];
    verifier = await deploy(verifierArguments(srs));
    // The errors of all libraries; the artifact of the verifier holds only what its own code names.
    const libraries = await Promise.all(
      ["GramVerifierErrors", "BN254", "GramMatrix"].map((name) => ethers.getContractFactory(name)),
    );
    errors = new ethers.Contract(
      await verifier.getAddress(),
      libraries.flatMap((library) => library.interface.fragments.filter(({ type }) => type === "error")),
      ethers.provider,
    );
  });

  describe("construction", () => {
    it("pins the reference string", async () => {
      expect(await verifier.srsId()).to.equal(srs.id);
      expect(await verifier.maxDimension()).to.equal(SRS_DIMENSION);
    });

    it("pins one of 2^27 powers, the most", async () => {
      const args = verifierArguments(srs);
      args[3] = 2 ** 27;
      expect(await (await deploy(args)).maxDimension()).to.equal(2 ** 27 - 32);
    });

    const refusesParameters = (name, change, error) =>
      it(`refuses ${name}`, async () => {
        const args = verifierArguments(srs);
        change(args);
        await expect(deploy(args)).to.be.revertedWithCustomError(errors, error);
      });

    refusesParameters("too few powers", (args) => (args[3] = 32), "GramVerifier_PowersOutOfRange");
    refusesParameters("too many powers", (args) => (args[3] = 2 ** 27 + 1), "GramVerifier_PowersOutOfRange");
    refusesParameters("[τ]_1 at infinity", (args) => (args[0] = ZERO), "GramVerifier_TrivialReferenceString");
    refusesParameters("τ = 1", (args) => (args[0] = { x: 1n, y: 2n }), "GramVerifier_TrivialReferenceString");
    refusesParameters("[τ]_1 off the curve", (args) => (args[0] = { x: 1n, y: 3n }), "BN254_InvalidPairing");
    refusesParameters(
      "[τ]_1 not reduced",
      (args) => (args[0] = { x: BigInt(args[0].x) + P, y: args[0].y }),
      "BN254_InvalidPairing",
    );
    refusesParameters(
      "another [τ]_1",
      (args) => (args[0] = { x: args[0].x, y: P - BigInt(args[0].y) }),
      "GramVerifier_InconsistentReferenceString",
    );
    // The square of another τ than [τ]_1's, but of [τ]_1 times [τ]_2's: only the first of the two pairings can tell.
    refusesParameters(
      "[τ]_1 and [τ²]_2 negated",
      (args) => {
        const { xImaginary, xReal, yImaginary, yReal } = args[2];
        args[0] = { x: args[0].x, y: P - BigInt(args[0].y) };
        args[2] = { xImaginary, xReal, yImaginary: P - BigInt(yImaginary), yReal: P - BigInt(yReal) };
      },
      "GramVerifier_InconsistentReferenceString",
    );
    refusesParameters("another [τ]_2", (args) => (args[1] = args[2]), "GramVerifier_InconsistentReferenceString");
    refusesParameters("another [τ²]_2", (args) => (args[2] = args[1]), "GramVerifier_InconsistentReferenceString");
    refusesParameters(
      "[τ]_2 with real and imaginary parts swapped",
      (args) =>
        (args[1] = {
          xImaginary: args[1].xReal,
          xReal: args[1].xImaginary,
          yImaginary: args[1].yReal,
          yReal: args[1].yImaginary,
        }),
      "BN254_InvalidPairing",
    );
    refusesParameters(
      "[τ²]_2 at infinity",
      (args) => (args[2] = { xImaginary: 0, xReal: 0, yImaginary: 0, yReal: 0 }),
      "GramVerifier_InconsistentReferenceString",
    );
  });

  describe("the development reference string", () => {
    const deployOn = async (chainId) => {
      const { ethers: there } = await network.create({ override: { chainId } });
      return there.deployContract("GramVerifier", verifierArguments(srs));
    };

    it("is refused on live chains, by its τ alone", async () => {
      for (const chainId of [1, 11155111]) {
        await expect(deployOn(chainId))
          .to.be.revertedWithCustomError(errors, "GramVerifier_DevelopmentReferenceString")
          .withArgs(chainId);
      }
    });

    it("is accepted on the chains of development nodes", async () => {
      expect(await (await deployOn(1337)).srsId()).to.equal(srs.id);
    });
  });

  describe("true statements", () => {
    for (let publicRows = 0; publicRows <= 2; ++publicRows) {
      for (let n = 1; n <= 32; ++n) {
        it(`accepts n = ${n}, P = ${publicRows}`, async () => {
          await accepts(make(n, publicRows, 100 + n).vectors[0]);
        });
      }
    }

    it("accepts a vector as long as the reference string allows", async () => {
      await accepts(make(2, 1, 7, SRS_DIMENSION).vectors[0]);
    });
  });

  describe("a proof with one word changed", () => {
    // Words that the challenge x depends on, then the hint itself, make the hint wrong; evaluations break the identity.
    const early = (field) => {
      if (["maskX", "maskY", "maskNorm", "blinder", "gX", "gY", "inverseHint"].includes(field)) {
        return "GramVerifier_WrongInverse";
      }
      return COORDINATES.has(field) ? undefined : "GramVerifier_WrongIdentity";
    };
    // What refuses it when the forger repairs the scalar part.
    const late = (field) => (COORDINATES.has(field) ? "BN254_InvalidPoint" : "GramVerifier_WrongOpening");
    const modulus = (field) => (COORDINATES.has(field) ? P : R);

    FIELDS.forEach((field, i) => {
      it(`refuses ${field} plus one`, async () => {
        const candidate = changed((_, proof) => (proof[field] = (proof[field] + 1n) % modulus(field)));
        await refuses(candidate, early(field) ?? late(field));
      });

      it(`refuses ${field} zeroed`, async () => {
        const candidate = changed((_, proof) => (proof[field] = 0n));
        await refuses(candidate, early(field) ?? late(field));
      });

      it(`refuses ${field} written without reduction`, async () => {
        const candidate = changed((_, proof) => (proof[field] += modulus(field)));
        const name = COORDINATES.has(field) ? "Coordinate" : "Scalar";
        await refuses(candidate, `GramVerifier_${name}NotReduced`, i, candidate.proof[field]);
      });

      it(`refuses ${field} of another context's proof`, async () => {
        const candidate = changed((_, proof) => (proof[field] = other.proof[field]));
        await refuses(candidate, early(field) ?? late(field));
      });

      if (field === "inverseHint" || field === "gAtInverse") return;

      it(`refuses ${field} plus one though the scalar identity holds`, async () => {
        const candidate = changed((_, proof) => (proof[field] = (proof[field] + 1n) % modulus(field)));
        await refuses(solveIdentity(candidate), late(field));
      });

      it(`refuses ${field} of another context's proof though the scalar identity holds`, async () => {
        const candidate = changed((_, proof) => (proof[field] = other.proof[field]));
        await refuses(solveIdentity(candidate), late(field));
      });
    });

    for (const [x, y] of [
      ["maskX", "maskY"],
      ["gX", "gY"],
      ["wX", "wY"],
    ]) {
      it(`refuses (${x}, ${y}) of another context's proof though the scalar identity holds`, async () => {
        const candidate = changed((_, proof) => {
          proof[x] = other.proof[x];
          proof[y] = other.proof[y];
        });
        await refuses(solveIdentity(candidate), "GramVerifier_WrongOpening");
      });

      it(`refuses (${x}, ${y}) negated though the scalar identity holds`, async () => {
        const candidate = changed((_, proof) => (proof[y] = P - proof[y]));
        await refuses(solveIdentity(candidate), "GramVerifier_WrongOpening");
      });
    }
  });

  describe("points at infinity", () => {
    const infinity = (x, y) =>
      solveIdentity(
        changed((_, proof) => {
          proof[x] = 0n;
          proof[y] = 0n;
        }),
      );

    it("refuses C_g", async () => refuses(infinity("gX", "gY"), "GramVerifier_PointAtInfinity", 4));

    it("refuses W", async () => refuses(infinity("wX", "wY"), "GramVerifier_PointAtInfinity", 11));

    it("refuses C_m of a proof made with a mask", async () =>
      refuses(infinity("maskX", "maskY"), "GramVerifier_WrongOpening"));

    it("refuses a commitment", async () => {
      for (let i = 0; i < vector.commitments.length; ++i) {
        await refuses(
          solveIdentity(changed(({ commitments }) => (commitments[i] = ZERO))),
          "GramVerifier_WrongOpening",
        );
      }
    });

    it("refuses both points at infinity with evaluations of zero", async () => {
      const candidate = changed((_, proof) => {
        for (const field of FIELDS) proof[field] = 0n;
      });
      await refuses(solveIdentity(candidate), "GramVerifier_PointAtInfinity", 4);
    });
  });

  describe("commitments", () => {
    const kinds = { reference: 0, update: 2, "newer public row": 5, "older public row": 6 };

    it("refuses the first two updates swapped", async () => {
      const swapped = ({ commitments }) => ([commitments[1], commitments[2]] = [commitments[2], commitments[1]]);
      await refuses(changed(swapped), "GramVerifier_WrongInverse");
      await refuses(solveIdentity(changed(swapped)), "GramVerifier_WrongOpening");
    });

    it("refuses the public rows swapped", async () => {
      const swapped = ({ commitments }) => ([commitments[5], commitments[6]] = [commitments[6], commitments[5]]);
      await refuses(changed(swapped), "GramVerifier_WrongInverse");
      await refuses(solveIdentity(changed(swapped)), "GramVerifier_WrongOpening");
    });

    for (const [kind, row] of Object.entries(kinds)) {
      it(`refuses the ${kind} off the curve`, async () => {
        const moved = ({ commitments }) => (commitments[row].y = BigInt(commitments[row].y) ^ 1n);
        await refuses(solveIdentity(changed(moved)), "BN254_InvalidPoint");
      });

      it(`refuses the ${kind} with a coordinate that is not reduced`, async () => {
        const moved = ({ commitments }) => (commitments[row].x = BigInt(commitments[row].x) + P);
        await refuses(solveIdentity(changed(moved)), "BN254_InvalidPoint");
      });

      it(`refuses the ${kind} of another statement`, async () => {
        const moved = ({ commitments }) => (commitments[row] = other.commitments[row]);
        await refuses(changed(moved), "GramVerifier_WrongInverse");
        await refuses(solveIdentity(changed(moved)), "GramVerifier_WrongOpening");
      });

      it(`refuses the ${kind} negated`, async () => {
        const moved = ({ commitments }) => (commitments[row].y = P - BigInt(commitments[row].y));
        await refuses(solveIdentity(changed(moved)), "GramVerifier_WrongOpening");
      });
    }
  });

  describe("inner products", () => {
    const kinds = {
      "<r, r>": [0, 0],
      "<u_1, r>": [1, 0],
      "<u_1, u_1>": [1, 1],
      "<u_3, u_2>": [3, 2],
      "<u_4, u_4>": [4, 4],
      "<p_1, r>": [5, 0],
      "<p_1, u_2>": [5, 2],
      "<p_1, p_1>": [5, 5],
      "<p_2, r>": [6, 0],
      "<p_2, u_4>": [6, 4],
      "<p_2, p_1>": [6, 5],
      "<p_2, p_2>": [6, 6],
    };

    for (const [kind, [i, j]] of Object.entries(kinds)) {
      for (const step of [1n, -1n]) {
        it(`refuses ${kind} ${step > 0n ? "plus" : "minus"} one`, async () => {
          const moved = ({ entries }) => (entries[i][j] += step);
          await refuses(changed(moved), "GramVerifier_WrongInverse");
          await refuses(solveIdentity(changed(moved)), "GramVerifier_WrongOpening");
        });
      }
    }

    it("refuses two entries of one antidiagonal changed against each other", async () => {
      const moved = ({ entries }) => {
        entries[3][1] += 1n;
        entries[2][2] -= 2n;
      };
      await refuses(solveIdentity(changed(moved)), "GramVerifier_WrongOpening");
    });

    it("refuses a negative squared norm", async () => {
      const negative = changed(({ entries }) => (entries[2][2] = -1n));
      await refuses(negative, "GramVerifier_NormOutOfBounds", 2, -1n, BigInt(DIMENSION) * 32767n ** 2n);
    });

    it("refuses an update's squared norm beyond its entries' bound", async () => {
      const bound = BigInt(DIMENSION) * 32767n ** 2n;
      await refuses(
        changed(({ entries }) => (entries[0][0] = bound + 1n)),
        "GramVerifier_NormOutOfBounds",
        0,
        bound + 1n,
        bound,
      );
      await refuses(
        changed(({ entries }) => (entries[0][0] = bound)),
        "GramVerifier_WrongInverse",
      );
    });

    it("refuses a public row's squared norm beyond its entries' bound", async () => {
      const bound = BigInt(DIMENSION) * (32n * 65536n * 32767n) ** 2n;
      await refuses(
        changed(({ entries }) => (entries[6][6] = bound + 1n)),
        "GramVerifier_NormOutOfBounds",
        6,
        bound + 1n,
        bound,
      );
      await refuses(
        changed(({ entries }) => (entries[6][6] = bound)),
        "GramVerifier_WrongInverse",
      );
    });

    it("refuses the largest and the smallest numbers that fit an entry", async () => {
      for (const [i, j] of Object.values(kinds)) {
        const bits = i > 4 ? 127n : 63n;
        for (const value of [(1n << bits) - 1n, -(1n << bits)]) {
          const error = i === j ? "GramVerifier_NormOutOfBounds" : "GramVerifier_InnerProductOutOfBounds";
          await refuses(
            changed(({ entries }) => (entries[i][j] = value)),
            error,
          );
        }
      }
    });

    it("refuses an inner product beyond its squared norms, in either direction and every block", async () => {
      for (const [i, j] of [
        [1, 0],
        [3, 2],
        [5, 0],
        [5, 3],
        [6, 5],
      ]) {
        const limit = root(vector.entries[i][i] * vector.entries[j][j]);
        for (const sign of [1n, -1n]) {
          const value = sign * (limit + 1n);
          await refuses(
            changed(({ entries }) => (entries[i][j] = value)),
            "GramVerifier_InnerProductOutOfBounds",
            i,
            j,
            value,
          );
          // Within what the two rows allow, and beyond what all of them do.
          await refuses(
            changed(({ entries }) => (entries[i][j] = sign * limit)),
            "GramVerifier_NotSemidefinite",
          );
        }
      }
    });
  });

  describe("aggregate", () => {
    const refusesAggregate = (name, change, error = "GramVerifier_WrongOpening") =>
      it(`refuses ${name}`, async () =>
        refuses(
          changed(({ aggregate }) => change(aggregate)),
          error,
        ));

    it("accepts weights of zero with infinity", async () => {
      await accepts(changed((candidate) => (candidate.aggregate = { weights: [0, 0, 0, 0], commitment: ZERO })));
    });

    it("accepts the largest weight", async () => {
      const weights = [0, 0, 2n ** 64n - 1n, 0];
      await accepts(changed((it) => (it.aggregate = { weights, commitment: times(it.commitments[3], weights[2]) })));
    });

    refusesAggregate("another weight", ({ weights }) => ++weights[1]);
    refusesAggregate("two weights swapped", ({ weights }) => weights.push(weights.shift()));
    refusesAggregate("weights of zero", ({ weights }) => weights.fill(0));
    refusesAggregate("infinity", (aggregate) => (aggregate.commitment = ZERO));
    refusesAggregate("another commitment", (aggregate) => (aggregate.commitment = vector.commitments[1]));
    refusesAggregate("the commitment negated", ({ commitment }) => (commitment.y = P - BigInt(commitment.y)));
    refusesAggregate("a point off the curve", ({ commitment }) => (commitment.x = 1n), "BN254_InvalidPoint");
    refusesAggregate(
      "a coordinate that is not reduced",
      ({ commitment }) => (commitment.x = BigInt(commitment.x) + P),
      "BN254_InvalidPoint",
    );
    refusesAggregate("a weight too few", ({ weights }) => weights.pop(), "GramVerifier_WrongNumberOfWeights");
    refusesAggregate("a weight too many", ({ weights }) => weights.push(0), "GramVerifier_WrongNumberOfWeights");
    refusesAggregate("a weight of 2^64", ({ weights }) => (weights[3] = 2n ** 64n), "GramVerifier_WeightTooLarge");
  });

  describe("matrices of no real vectors", () => {
    // Over the scalar field there is a vector with any inner products, and its proof holds: see the forger.
    const reference = [8000n, 0n, 0n, 0n, 0n];
    const honest = [
      [3500n, 8900n, 900n, 900n, 2620n],
      [3500n, 900n, 8900n, 900n, -2620n],
    ];
    const products = [reference, ...honest].map((row) => inner(row, reference));

    it("accepts real vectors from the forger's prover", async () => {
      await accepts(proveOver({ updates: [...honest, reference], reference }), await forgersVerifier());
    });

    it("accepts a vector over the field that real ones could stand for", async () => {
      const real = [3000n, 4000n, -2000n, 1000n, 500n];
      const rows = [reference, ...honest];
      const forged = vectorWith(
        rows,
        rows.map((row) => inner(row, real)),
        inner(real, real),
      );
      expect(forged).to.not.deep.equal(real);
      await accepts(proveOver({ updates: [...honest, forged], reference }), await forgersVerifier());
    });

    it("refuses one that points along the reference and along everybody else", async () => {
      // Cosines of 1 with rows that have cosines of 0.35 with each other.
      const rows = [reference, ...honest];
      const norm = inner(reference, reference);
      const wanted = rows.map((row) => root(norm * inner(row, row)));
      const forged = vectorWith(rows, wanted, norm);
      const candidate = proveOver({ updates: [...honest, forged], reference });
      expect(candidate.entries[3]).to.deep.equal([...wanted, norm]);
      await expect((await forgersVerifier()).verify(...callArguments(candidate)))
        .to.be.revertedWithCustomError(errors, "GramVerifier_NotSemidefinite")
        .withArgs(3);
    });

    it("refuses one whose aggregate cancels a public row", async () => {
      // Orthogonal to the reference, against the public row beyond what its length allows with the others given.
      const publicRow = [60_000n, 500n, 400n, 300n, 200n];
      const rows = [reference, ...honest, publicRow];
      const norm = products[0];
      const wanted = [norm / 2n, 0n, 0n, -root(norm * inner(publicRow, publicRow))];
      const candidate = proveOver({
        updates: [...honest, vectorWith(rows, wanted, norm)],
        reference,
        publicRows: [publicRow],
      });
      await expect((await forgersVerifier()).verify(...callArguments(candidate)))
        .to.be.revertedWithCustomError(errors, "GramVerifier_NotSemidefinite")
        .withArgs(4);
    });

    const forgersVerifier = async () => deploy(forgersParameters());
  });

  describe("statement and lengths", () => {
    it("refuses another context", async () => {
      const moved = (candidate) => (candidate.context = other.context);
      await refuses(changed(moved), "GramVerifier_WrongInverse");
      await refuses(solveIdentity(changed(moved)), "GramVerifier_WrongOpening");
    });

    it("refuses another dimension", async () => {
      const moved = (candidate) => (candidate.dimension = DIMENSION + 1);
      await refuses(changed(moved), "GramVerifier_WrongInverse");
      await refuses(solveIdentity(changed(moved)), "GramVerifier_WrongOpening");
    });

    it("refuses a whole proof of another statement", async () => {
      await refuses(
        changed((candidate) => (candidate.proof = other.proof)),
        "GramVerifier_WrongInverse",
      );
    });

    for (const dimension of [0, SRS_DIMENSION + 1]) {
      it(`refuses dimension ${dimension}`, async () => {
        const moved = changed((candidate) => (candidate.dimension = dimension));
        await refuses(moved, "GramVerifier_DimensionOutOfRange", dimension, SRS_DIMENSION);
      });
    }

    const refusesCall = (name, change, error) =>
      it(`refuses ${name}`, async () => {
        const args = callArguments(vector);
        change(args);
        await expect(verifier.verify(...args)).to.be.revertedWithCustomError(errors, error);
      });
    const gram = () => packGram(vector.entries, 4);
    const proof = () => packProof(vector.proof);

    refusesCall("a matrix one byte short", (args) => (args[4] = gram().slice(0, -2)), "GramMatrix_WrongLength");
    refusesCall("a matrix one byte long", (args) => (args[4] = gram() + "00"), "GramMatrix_WrongLength");
    refusesCall(
      "a matrix without its last entry",
      (args) => (args[4] = gram().slice(0, -32)),
      "GramMatrix_WrongLength",
    );
    refusesCall("no matrix", (args) => (args[4] = "0x"), "GramMatrix_WrongLength");
    refusesCall("a proof one byte short", (args) => (args[5] = proof().slice(0, -2)), "GramVerifier_WrongProofLength");
    refusesCall("a proof one byte long", (args) => (args[5] = proof() + "00"), "GramVerifier_WrongProofLength");
    refusesCall(
      "a proof one word long",
      (args) => (args[5] = proof() + "00".repeat(32)),
      "GramVerifier_WrongProofLength",
    );
    refusesCall("no proof", (args) => (args[5] = "0x"), "GramVerifier_WrongProofLength");
    refusesCall("one commitment less", (args) => (args[2] = args[2].slice(0, -1)), "GramMatrix_WrongLength");
    refusesCall("one public row less", (args) => (args[3] = 1), "GramMatrix_WrongLength");
    refusesCall("three public rows", (args) => (args[3] = 3), "GramVerifier_WrongNumberOfRows");
    refusesCall("more public rows than rows", (args) => (args[3] = 2n ** 256n - 1n), "GramVerifier_WrongNumberOfRows");
    refusesCall("no commitments", (args) => (args[2] = []), "GramVerifier_WrongNumberOfRows");
    refusesCall("no update", (args) => (args[2] = args[2].slice(0, 3)), "GramVerifier_WrongNumberOfRows");
    refusesCall(
      "33 updates",
      (args) => (args[2] = Array.from({ length: 36 }, () => args[2][0])),
      "GramVerifier_WrongNumberOfRows",
    );
    refusesCall(
      "an update passed off as a public row",
      (args) => ([args[2], args[3]] = [args[2].slice(0, -1), 2]),
      "GramMatrix_WrongLength",
    );

    it("refuses calldata that ends early", async () => {
      const data = verifier.interface.encodeFunctionData("verify", callArguments(vector));
      for (const length of [0, 3, 4, 100, 196, 500, data.length / 2 - 33]) {
        const call = ethers.provider.call({ to: await verifier.getAddress(), data: data.slice(0, 2 + 2 * length) });
        await expect(call).to.be.rejected;
      }
    });
  });

  describe("challenges", () => {
    let harness;

    before(async () => (harness = await ethers.deployContract("GramVerifierHarness", verifierArguments(srs))));

    it("computes the transcript that the tests' own does", async () => {
      const { s, x } = transcript(vector);
      expect((x * vector.proof.inverseHint) % R).to.equal(1n);
      const { cAtX, cAtInverse, gAtX, inverseHint, gAtInverse } = vector.proof;
      expect((cAtX * cAtInverse) % R).to.equal((s + x * gAtX + inverseHint * gAtInverse) % R);
    });

    it("refuses x = 1 and x = -1, which are their own inverses", async () => {
      for (const x of [1n, R - 1n]) {
        await expect(harness.checkIdentity(x, x, 0))
          .to.be.revertedWithCustomError(errors, "GramVerifier_DegenerateChallenge")
          .withArgs(x);
      }
    });

    it("refuses x = 0, which has no inverse", async () => {
      for (const hint of [0n, 1n, R - 1n]) {
        await expect(harness.checkIdentity(0, hint, 0)).to.be.revertedWithCustomError(
          errors,
          "GramVerifier_WrongInverse",
        );
      }
    });

    it("compares both sides of the identity", async () => {
      const half = (R + 1n) / 2n;
      await harness.checkIdentity(2, half, 0);
      await expect(harness.checkIdentity(2, half, 5))
        .to.be.revertedWithCustomError(errors, "GramVerifier_WrongIdentity")
        .withArgs(0, 5);
    });
  });
});

function root(value) {
  let [low, high] = [0n, value + 1n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= value) low = middle;
    else high = middle;
  }
  return low;
}
