/**
 * Statements with proofs, made on the spot by the C# prover (tests/Proofs.Vectors), and the scalar half of the verifier's
 * transcript, so that tests can forge what a dishonest prover would.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { ethers } from "ethers";
import { root } from "./files.js";

const project = path.join(root, "tests", "Proofs.Vectors");
const dotnet = { cwd: root, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, DOTNET_NOLOGO: "1" } };

export const P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47n;
export const R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001n;

/** The proof's words, in order. */
export const FIELDS = [
  "maskX",
  "maskY",
  "maskNorm",
  "blinder",
  "gX",
  "gY",
  "inverseHint",
  "cAtX",
  "cAtInverse",
  "gAtX",
  "gAtInverse",
  "wX",
  "wY",
];

export const COORDINATES = new Set(["maskX", "maskY", "gX", "gY", "wX", "wY"]);

let tool;

/** PROOF_VECTORS may name a built tool; otherwise it is built, once in a process. */
function builtTool() {
  if (tool) return tool;
  tool = process.env.PROOF_VECTORS;
  if (tool) return tool;
  execFileSync("dotnet", ["build", project, "-c", "Release", "-v", "q", "--nologo"], { ...dotnet, stdio: "pipe" });
  tool = path.join(project, "bin", "Release", "net10.0", "Marketplace.Proofs.Vectors.dll");
  if (!existsSync(tool)) throw new Error(`The build of ${project} did not leave ${tool}.`);
  return tool;
}

/**
 * Runs the prover.
 * @param options n, public, dimension, seed, and optionally count and "srs-dimension".
 * @returns The reference string's parameters and the statements with their proofs.
 */
export function prove(options) {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { srs, vectors } = JSON.parse(execFileSync("dotnet", [builtTool(), ...words], dotnet));
  return {
    srs,
    vectors: vectors.map(({ gram, proof, ...statement }) => ({
      ...statement,
      entries: unpackGram(gram, statement.updates, statement.publicRows),
      proof: unpackProof(proof),
    })),
  };
}

/** Constructor arguments of the verifier. */
export function verifierArguments(srs) {
  const g2 = ([xImaginary, xReal, yImaginary, yReal]) => ({ xImaginary, xReal, yImaginary, yReal });
  return [{ x: srs.tau1[0], y: srs.tau1[1] }, g2(srs.tau2), g2(srs.tauSquared2), srs.length];
}

/** Arguments of `verify`. */
export function callArguments({ context, dimension, commitments, publicRows, entries, updates, proof, aggregate }) {
  return [context, dimension, commitments, publicRows, packGram(entries, updates), packProof(proof), aggregate];
}

export const copy = (vector) => structuredClone(vector);

const word = (value) => ethers.toBeHex(value, 32);

export function packProof(proof) {
  return ethers.concat(FIELDS.map((field) => word(proof[field])));
}

function unpackProof(proof) {
  return Object.fromEntries(FIELDS.map((field, i) => [field, BigInt(ethers.dataSlice(proof, 32 * i, 32 * i + 32))]));
}

/** `entries[i][j]` for j <= i, in the layout of contracts/libraries/GramMatrix.sol. */
export function packGram(entries, updates) {
  return ethers.concat(
    entries.flatMap((row, i) => {
      const bits = i > updates ? 128 : 64;
      return row.map((entry) => ethers.toBeHex(BigInt.asUintN(bits, entry), bits / 8));
    }),
  );
}

function unpackGram(gram, updates, publicRows) {
  let offset = 0;
  return Array.from({ length: 1 + updates + publicRows }, (_, i) =>
    Array.from({ length: i + 1 }, () => {
      const size = i > updates ? 16 : 8;
      const bytes = ethers.dataSlice(gram, offset, (offset += size));
      return BigInt.asIntN(8 * size, BigInt(bytes));
    }),
  );
}

const mod = (value) => ((value % R) + R) % R;
const hash = (...parts) => ethers.keccak256(ethers.concat(parts));

function inverse(value) {
  let [a, b, x, y] = [mod(value), R, 1n, 0n];
  while (a > 1n) {
    const quotient = b / a;
    [a, b, x, y] = [b % a, a, y - quotient * x, x];
    if (a === 0n) throw new Error("No inverse of zero.");
  }
  return mod(x);
}

/** The challenge x and the expected norm s of a statement with its proof. */
export function transcript({ context, dimension, commitments, publicRows, entries, updates, proof }) {
  const seed = hash(
    context,
    word(dimension),
    word(commitments.length),
    word(publicRows),
    ...commitments.flatMap(({ x, y }) => [word(x), word(y)]),
    ethers.keccak256(packGram(entries, updates)),
    word(proof.maskX),
    word(proof.maskY),
    word(proof.maskNorm),
  );
  const z = commitments.map((_, i) => BigInt(hash(seed, word(i))) >> 128n);
  let s = proof.maskNorm;
  entries.forEach((row, i) => row.forEach((entry, j) => (s += (i === j ? 1n : 2n) * z[i] * z[j] * entry)));
  const x = mod(BigInt(hash(seed, word(proof.gX), word(proof.gY), word(proof.blinder))));
  return { s: mod(s), x };
}

/**
 * What a forger can always do: with the statement and the proof's points given, set the inverse of x and one evaluation so
 * that the scalar identity c(x)·c(1/x) = s + x·g(x) + g(1/x)/x holds. Only the pairing can refuse the result.
 */
export function solveIdentity(vector) {
  const { s, x } = transcript(vector);
  const { proof } = vector;
  proof.inverseHint = inverse(x);
  proof.gAtInverse = mod(x * (proof.cAtX * proof.cAtInverse - s - x * proof.gAtX));
  return vector;
}
