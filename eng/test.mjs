// Runs every check and test of the repository and ends with "N passed, N failed".
//
//   node eng/test.mjs                  everything
//   node eng/test.mjs contracts        Solidity and JavaScript tests of the contracts
//   node eng/test.mjs dotnet [FILTER]  .NET tests, optionally those whose full name contains FILTER
//   node eng/test.mjs style            formatting and lint
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const total = { passed: 0, failed: 0, skipped: 0 };
const problems = [];
const say = (text) => process.stdout.write(`\n=== ${text}\n`);

/** Runs a command with its output on this program's, and returns what it wrote on standard output too. */
async function run(command, args, { env = process.env } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "inherit"],
    shell: process.platform === "win32",
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    process.stdout.write(text);
    output += text;
  });
  const status = await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`could not start '${command}': ${error.message}`)));
    child.on("close", resolve);
  });
  return { ok: status === 0, output };
}

/** A check counts as one test, so that the closing line tells of it too. */
async function check(name, command, args, options) {
  say(name);
  const { ok } = await run(command, args, options);
  if (ok) total.passed++;
  else {
    total.failed++;
    problems.push(name);
  }
}

async function style(env) {
  const files = [
    "contracts/**/*.sol",
    "tests/contracts/**/*.{sol,js}",
    "{eng,scripts}/**/*.{js,mjs}",
    "web/{wwwroot,Components}/**/*.{js,css}",
    "*.{js,json}",
  ];
  await check("prettier", "npx", ["--no-install", "prettier", "--check", ...files], { env });
  await check(
    "solhint",
    "npx",
    ["--no-install", "solhint", "--max-warnings", "0", "contracts/**/*.sol", "tests/contracts/**/*.sol"],
    { env },
  );
  await check("dotnet format", "dotnet", ["format", "Marketplace.sln", "--verify-no-changes", "--no-restore"]);
}

/** Hardhat closes with one unindented line for all kinds of tests, such as "555 passing (261 solidity, 294 mocha)". */
async function contracts(env) {
  say("contracts");
  const { ok, output } = await run("npx", ["--no-install", "hardhat", "test"], {
    env: {
      ...env,
      FORCE_COLOR: "0",
      PROOF_VECTORS: join(root, "tests", "Proofs.Vectors", "bin", "Debug", "net10.0", "Marketplace.Proofs.Vectors.dll"),
    },
  });
  const count = (word) => Number(new RegExp(`^(\\d+) ${word}\\b`, "m").exec(output)?.[1] ?? 0);
  const [passed, failed] = [count("passing"), count("failing")];
  total.passed += passed;
  total.failed += failed;
  if (!ok || failed > 0 || passed === 0) {
    problems.push("contracts");
    if (failed === 0) total.failed++;
  }
}

async function dotnet(filter) {
  say("dotnet test");
  const results = mkdtempSync(join(tmpdir(), "marketplace-tests-"));
  const args = ["test", "Marketplace.sln", "--nologo", "--no-build", "--logger", "trx", "--results-directory", results];
  if (filter) args.push("--filter", `FullyQualifiedName~${filter}`);
  const { ok } = await run("dotnet", args);
  const before = total.failed;
  for (const file of existsSync(results) ? readdirSync(results).filter((name) => name.endsWith(".trx")) : []) {
    const text = readFileSync(join(results, file), "utf8");
    const counters = /<Counters ([^>]*)\/>/.exec(text)?.[1] ?? "";
    const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(counters)?.[1] ?? 0);
    total.passed += count("passed");
    total.failed += count("failed");
    const skipped = [...text.matchAll(/testName="([^"]*)"[^>]*outcome="NotExecuted"/g)].map((m) => m[1]);
    total.skipped += skipped.length;
    for (const name of skipped) process.stdout.write(`SKIPPED  ${name}\n`);
  }
  rmSync(results, { recursive: true, force: true });
  if (!ok) {
    problems.push("dotnet test");
    if (total.failed === before) total.failed++;
  }
}

const [part = "all", filter] = process.argv.slice(2);
const setup = spawnSync(process.execPath, [join(root, "eng", "setup.mjs"), "--node-path"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (setup.status !== 0) process.exit(1);
const env = { ...process.env, PATH: `${dirname(setup.stdout.trim())}${delimiter}${process.env.PATH}` };

say("dotnet build");
if (!(await run("dotnet", ["build", "Marketplace.sln", "--nologo", "-v", "q"])).ok) {
  process.stdout.write("\nthe build failed; see the errors above\n0 passed, 1 failed\n");
  process.exit(1);
}
if (part === "all" || part === "style") await style(env);
if (part === "all" || part === "contracts") await contracts(env);
if (part === "all" || part === "dotnet") await dotnet(filter);

if (problems.length > 0) process.stdout.write(`\nnot passed: ${problems.join(", ")}\n`);
if (total.skipped > 0) {
  process.stdout.write(
    `\n${total.skipped} tests were SKIPPED, named above, because something they need is missing here\n`,
  );
  if (process.env.CI) total.failed += total.skipped;
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = total.failed > 0 ? 1 : 0;
