/**
 * A prover over the scalar field. The real one takes rows of short integers; this one takes whatever a trainer and an
 * aggregator who work together could commit to, and its proofs hold for it. Slow, for some ten coordinates.
 */
import { bn254 } from "@noble/curves/bn254";
import { ethers } from "ethers";
import { R, packGram } from "./proofs.js";

const POWERS = 96;
const MASK_LENGTH = 32;
/** Entries of rows: more than rows have, for what is forged needs room. */
const DIMENSION = 16;

const G1 = bn254.G1.ProjectivePoint;
const G2 = bn254.G2.ProjectivePoint;
const H = G1.fromAffine({
  x: 0x0686630cd188b97afe1c16716e47c48af44f06db6cdc284aa66b754b15337fa7n,
  y: 0x1b893daaabe5690dd545bffe2d66e3c36e904fd7e48b5bee21eb3ddf1be2c22an,
});

const mod = (value) => ((value % R) + R) % R;
const word = (value) => ethers.toBeHex(value, 32);
const hash = (...parts) => BigInt(ethers.keccak256(ethers.concat(parts)));

function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent > 0n; exponent >>= 1n, base = mod(base * base)) {
    if (exponent & 1n) result = mod(result * base);
  }
  return result;
}

const inverse = (value) => power(value, R - 2n);

let drawn = 0n;
const random = () => mod(hash(word(++drawn)));

const affine = (point) => (point.equals(G1.ZERO) ? { x: 0n, y: 0n } : point.toAffine());
const scaled = (point, scalar) => (mod(scalar) === 0n ? G1.ZERO : point.multiply(mod(scalar)));

// The forger does not know τ: from here on only its powers are used.
const TAU = hash(ethers.toUtf8Bytes("the forger's tau")) % R;
const powers = Array.from({ length: POWERS }, (_, k) => G1.BASE.multiply(power(TAU, BigInt(k))));

const commitTo = (row) => row.reduce((sum, entry, k) => sum.add(scaled(powers[k], entry)), G1.ZERO);
const evaluate = (polynomial, at) => polynomial.reduceRight((sum, coefficient) => mod(sum * at + coefficient), 0n);
const innerModR = (a, b) => mod(a.reduce((sum, entry, k) => sum + entry * (b[k] ?? 0n), 0n));

/** Over the integers. Rows may differ in length. */
export const inner = (a, b) => a.reduce((sum, entry, k) => sum + entry * (b[k] ?? 0n), 0n);

/** scalar · point. */
export const times = ({ x, y }, scalar) => affine(scaled(G1.fromAffine({ x: BigInt(x), y: BigInt(y) }), scalar));

/** Constructor arguments of a verifier of what is proven here. */
export function forgersParameters() {
  const g2 = (scalar) => {
    const { x, y } = G2.BASE.multiply(mod(scalar)).toAffine();
    return { xImaginary: x.c1, xReal: x.c0, yImaginary: y.c1, yReal: y.c0 };
  };
  return [affine(powers[1]), g2(TAU), g2(TAU * TAU), POWERS];
}

/** A vector over the field with the given inner products with independent rows, and the given squared norm. */
export function vectorWith(rows, products, norm) {
  // Σ y_k·row_k solves the products, by Gauss and Jordan on the first entries.
  const system = rows.map((row, i) => [...rows.map((_, k) => mod(row[k] ?? 0n)), mod(products[i])]);
  for (let column = 0; column < rows.length; ++column) {
    const pivot = system.findIndex((row, i) => i >= column && row[column] !== 0n);
    [system[column], system[pivot]] = [system[pivot], system[column]];
    const scale = inverse(system[column][column]);
    system[column] = system[column].map((value) => mod(value * scale));
    for (let i = 0; i < rows.length; ++i) {
      if (i === column) continue;
      const factor = system[i][column];
      system[i] = system[i].map((value, k) => mod(value - factor * system[column][k]));
    }
  }
  const vector = Array(DIMENSION).fill(0n);
  system.forEach((row, k) => (vector[k] = row[rows.length]));
  // What the norm lacks, a² + b², on two coordinates that no row uses: a + ib = 1 and a − ib = the rest, with i² = −1.
  const missing = mod(norm - innerModR(vector, vector));
  vector[DIMENSION - 2] = mod((missing + 1n) * inverse(2n));
  vector[DIMENSION - 1] = mod((missing - 1n) * inverse(2n * imaginaryUnit()));
  return vector;
}

/** A square root of −1. */
function imaginaryUnit() {
  for (let base = 2n; ; ++base) {
    const root = power(base, (R - 1n) / 4n);
    if (mod(root * root) === R - 1n) return root;
  }
}

/** The entry of a Gram matrix as an integer about zero. */
const signed = (value) => (value > R / 2n ? value - R : value);

/** A statement with a proof that holds over the field, for rows of any field elements. */
export function proveOver({ reference, updates, publicRows = [] }) {
  const rows = [reference, ...updates, ...publicRows];
  const blinders = rows.map(random);
  const commitments = rows.map((row, i) => affine(commitTo(row).add(scaled(H, blinders[i]))));
  const entries = rows.map((row, i) => rows.slice(0, i + 1).map((other) => signed(innerModR(row, other))));
  const context = word(random());
  const weights = updates.map((_, i) => i + 1);
  const sum = weights.reduce(
    (total, weight, i) => total.add(scaled(G1.fromAffine(commitments[1 + i]), BigInt(weight))),
    G1.ZERO,
  );
  return {
    context,
    dimension: DIMENSION,
    commitments,
    publicRows: publicRows.length,
    updates: updates.length,
    entries,
    proof: proofOf({ context, rows, blinders, commitments, entries, updates, publicRows }),
    aggregate: { weights, commitment: affine(sum) },
  };
}

/** The prover's steps, in the order and with the names of docs/gram-proof.md. */
function proofOf({ context, rows, blinders, commitments, entries, updates, publicRows }) {
  const m = Array(POWERS).fill(0n);
  for (let k = 0; k < MASK_LENGTH; ++k) m[DIMENSION + k] = random();
  const maskBlinder = random();
  const t = innerModR(m, m);
  const C_m = affine(commitTo(m).add(scaled(H, maskBlinder)));
  const seed = ethers.keccak256(
    ethers.concat([
      context,
      ...[DIMENSION, commitments.length, publicRows.length].map(word),
      ...commitments.flatMap(({ x, y }) => [word(x), word(y)]),
      ethers.keccak256(packGram(entries, updates.length)),
      ...[C_m.x, C_m.y, t].map(word),
    ]),
  );
  const z = rows.map((_, i) => hash(seed, word(i)) >> 128n);
  const c = m.map((entry, k) => mod(rows.reduce((sum, row, i) => sum + z[i] * (row[k] ?? 0n), entry)));
  const blinder = mod(blinders.reduce((sum, rho, i) => sum + z[i] * rho, maskBlinder));
  const g = c.map((_, k) => innerModR(c, c.slice(k + 1)));
  const C_g = affine(commitTo(g));
  const x = mod(hash(seed, word(C_g.x), word(C_g.y), word(blinder)));
  const inverseOfX = inverse(x);
  const [cAtX, cAtInverse] = [evaluate(c, x), evaluate(c, inverseOfX)];
  const [gAtX, gAtInverse] = [evaluate(g, x), evaluate(g, inverseOfX)];
  const gamma = mod(hash(...[x, cAtX, cAtInverse, gAtX, gAtInverse].map(word)));

  // (f − I) / (X² − (x + 1/x)·X + 1), from the top.
  const f = c.map((entry, k) => mod(entry + gamma * g[k]));
  const quotient = Array(POWERS).fill(0n);
  for (let k = POWERS - 1; k >= 2; --k) {
    quotient[k - 2] = f[k];
    f[k - 1] = mod(f[k - 1] + f[k] * (x + inverseOfX));
    f[k - 2] = mod(f[k - 2] - f[k]);
  }
  const W = affine(commitTo(quotient));
  return {
    maskX: C_m.x,
    maskY: C_m.y,
    maskNorm: t,
    blinder,
    gX: C_g.x,
    gY: C_g.y,
    inverseHint: inverseOfX,
    cAtX,
    cAtInverse,
    gAtX,
    gAtInverse,
    wX: W.x,
    wY: W.y,
  };
}
