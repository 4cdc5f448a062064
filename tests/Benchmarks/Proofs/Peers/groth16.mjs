// A Groth16 proof by snarkjs that two secret vectors have a public inner product; keys made here.
// node groth16.mjs LENGTH REPEATS: prints JSON, the proving time among it.
import { groth16, powersOfTau, zKey } from "snarkjs";
import { getCurveFromName } from "ffjavascript";
import { circuit, witness } from "./inner-product.mjs";
import { median } from "./median.mjs";

const [length, repeats] = process.argv.slice(2).map(Number);
const memory = (data) => ({ type: "mem", ...(data && { data }) });
const curve = await getCurveFromName("bn128");
const { constraints, file } = circuit(length);

// snarkjs adds a row for each public value and one for the constant.
const power = Math.ceil(Math.log2(constraints + 2));
const started = performance.now();
const [fresh, contributed, prepared, initial, key] = [memory(), memory(), memory(), memory(), memory()];
await powersOfTau.newAccumulator(curve, power, fresh);
await powersOfTau.contribute(fresh, contributed, "benchmark", "benchmark");
await powersOfTau.preparePhase2(contributed, prepared);
await zKey.newZKey(memory(file), prepared, initial);
await zKey.contribute(initial, key, "benchmark", "benchmark");
const setUp = (performance.now() - started) / 1e3;

const entries = (salt) => Array.from({ length }, (_, k) => BigInt(((k * 7919 + salt) % 65535) - 32767));
const values = memory(witness(entries(1), entries(2)));
let made;
const prove = async () => (made = await groth16.prove(key, values));
await prove();
const timing = await median(repeats, prove);
const verified = await groth16.verify(await zKey.exportVerificationKey(key), made.publicSignals, made.proof);
if (!verified) throw new Error("snarkjs refused its own proof");
console.log(JSON.stringify({ constraints, domain: 2 ** power, setUp, threads: curve.tm.concurrency, ...timing }));
await curve.terminate();
