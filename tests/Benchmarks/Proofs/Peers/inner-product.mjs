// The constraints s = Σ a_k·b_k over the scalar field of BN254, in the binary forms that snarkjs reads (iden3's .r1cs and .wtns).
// Wires: 1, s (public), a_0 … a_{d−1}, b_0 … b_{d−1}, and the products p_0 … p_{d−2}. Constraints: a_k·b_k = p_k, and for the
// last k, a_k·b_k = s − Σ p. So there are as many as entries, the fewest that an inner product can have.
// That a, b are short and open commitments is not asked: a circuit that replaced the Gram proof would be larger.

const PRIME = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;
const FIELD_BYTES = 32;

/** The circuit for vectors of a length. */
export function circuit(length) {
  const a = (k) => 2 + k;
  const b = (k) => 2 + length + k;
  const p = (k) => 2 + 2 * length + k;
  const wires = 2 + 3 * length - 1;
  const last = length - 1;
  const constraints = [];
  for (let k = 0; k < last; ++k) constraints.push([[[a(k), 1n]], [[b(k), 1n]], [[p(k), 1n]]]);
  const rest = Array.from({ length: last }, (_, k) => [p(k), PRIME - 1n]);
  constraints.push([[[a(last), 1n]], [[b(last), 1n]], [[1, 1n], ...rest]]);

  const header = [
    u32(FIELD_BYTES),
    element(PRIME),
    u32(wires),
    u32(0),
    u32(1),
    u32(2 * length),
    u64(wires),
    u32(length),
  ];
  const body = constraints.flatMap((parts) =>
    parts.flatMap((terms) => [u32(terms.length), ...terms.flatMap(([wire, factor]) => [u32(wire), element(factor)])]),
  );
  const labels = Array.from({ length: wires }, (_, k) => u64(k));
  return { constraints: length, file: file("r1cs", 1, [header, body, labels]) };
}

/** The values of all wires for two vectors of BigInts. */
export function witness(left, right) {
  const products = left.map((value, k) => modulo(value * right[k]));
  const sum = modulo(products.reduce((total, value) => total + value, 0n));
  const values = [1n, sum, ...left.map(modulo), ...right.map(modulo), ...products.slice(0, -1)];
  return file("wtns", 2, [[u32(FIELD_BYTES), element(PRIME), u32(values.length)], values.map(element)]);
}

function file(type, version, sections) {
  const parts = [Buffer.from(type, "latin1"), u32(version), u32(sections.length)];
  sections.forEach((section, k) => {
    const content = Buffer.concat(section);
    parts.push(u32(k + 1), u64(content.length), content);
  });
  return new Uint8Array(Buffer.concat(parts));
}

function modulo(value) {
  const rest = value % PRIME;
  return rest < 0n ? rest + PRIME : rest;
}

function u32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function element(value) {
  const bytes = Buffer.from(value.toString(16).padStart(2 * FIELD_BYTES, "0"), "hex");
  return bytes.reverse();
}
