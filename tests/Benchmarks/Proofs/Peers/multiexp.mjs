// The sum of points times full-width scalars by ffjavascript.
// node multiexp.mjs FOLDER REPEATS single|default: reads FOLDER/points (64 bytes each, Montgomery form) and FOLDER/scalars
// (32 bytes each), little-endian; prints JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCurveFromName } from "ffjavascript";
import { median } from "./median.mjs";

const [folder, repeats, threads] = process.argv.slice(2);
const points = new Uint8Array(readFileSync(join(folder, "points")));
const scalars = new Uint8Array(readFileSync(join(folder, "scalars")));
const curve = await getCurveFromName("bn128", threads === "single");

// Once for the compiler.
const warm = 1 << 12;
await curve.G1.multiExpAffine(points.slice(0, 64 * warm), scalars.slice(0, 32 * warm));

let sum;
const timing = await median(Number(repeats), async () => (sum = await curve.G1.multiExpAffine(points, scalars)));
const [x, y] = curve.G1.toObject(curve.G1.toAffine(sum));
console.log(JSON.stringify({ ...timing, threads: curve.tm.concurrency, result: `${x},${y}` }));
if (threads !== "single") await curve.terminate();
