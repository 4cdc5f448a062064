// Runs every check and test of the repository and ends with "N passed, N failed".
//
//   node eng/test.mjs                  everything, with coverage of C#
//   node eng/test.mjs contracts        Solidity and JavaScript tests of the contracts
//   node eng/test.mjs dotnet [FILTER]  .NET tests, optionally those whose full name contains FILTER
//   node eng/test.mjs style            formatting and lint
//   node eng/test.mjs coverage         tests of both languages with coverage of both; reports in coverage/
//
// Coverage below the floors in eng/coverage.json fails. With CI=true a skipped test fails too.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { coberturaReports, csharpLines, percent, solidityLines } from "./lib/coverage.mjs";
import { megabytes, npmCacheSize, nugetCacheSize, secondsSince } from "./lib/downloads.mjs";
import { readResults } from "./lib/trx.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const floors = JSON.parse(readFileSync(join(root, "eng", "coverage.json"), "utf8"));
const total = { passed: 0, failed: 0, skipped: 0 };
const problems = [];
/** Named again at the end, since hundreds of lines may follow a failure. */
const failedTests = [];
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

/** What is not a test of a runner counts as one test, so that the closing line tells of it too. */
function count(name, ok) {
  if (ok) total.passed++;
  else {
    total.failed++;
    problems.push(name);
  }
}

async function check(name, command, args, options) {
  say(name);
  count(name, (await run(command, args, options)).ok);
}

async function style(env) {
  const files = [
    "contracts/**/*.sol",
    "tests/contracts/**/*.{sol,js}",
    "eng/**/*.mjs",
    "web/**/*.{js,css}",
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

/** Hardhat closes with one unindented line for each outcome, such as "555 passing (261 solidity, 294 mocha)". */
async function contracts(env) {
  say("contracts");
  const { ok, output } = await run("npx", ["--no-install", "hardhat", "test"], { env });
  const number = (word) => Number(new RegExp(`^(\\d+) ${word}\\b`, "m").exec(output)?.[1] ?? 0);
  const [passed, failed] = [number("passing"), number("failing")];
  total.passed += passed;
  total.failed += failed;
  total.skipped += number("skipped");
  if (!ok || failed > 0 || passed === 0) {
    problems.push("contracts");
    if (failed === 0) total.failed++;
  }
}

/**
 * A second run of the contracts' tests, on instrumented code: what the first one tests is what will be deployed. Compiling it takes
 * minutes, so that only `npm run coverage` asks for it. Whether a line is reached needs few random inputs.
 */
async function contractsCoverage(env) {
  say("coverage of the contracts");
  const few = { FUZZ_RUNS: "8", INVARIANT_RUNS: "2" };
  const { ok } = await run("npx", ["--no-install", "hardhat", "test", "--coverage"], { env: { ...few, ...env } });
  const report = join(root, "coverage", "lcov.info");
  judge("Solidity", floors.solidity, ok && existsSync(report) ? solidityLines(report) : new Map());
}

async function dotnet(filter, collect) {
  say("dotnet test");
  const results = mkdtempSync(join(tmpdir(), "marketplace-tests-"));
  const args = ["test", "Marketplace.sln", "--nologo", "--no-build", "--logger", "trx", "--results-directory", results];
  if (filter) args.push("--filter", `FullyQualifiedName~${filter}`);
  if (collect) args.push("--collect", "XPlat Code Coverage", "--settings", join("eng", "coverage.runsettings"));
  const { ok } = await run("dotnet", args);
  const before = total.failed;
  for (const file of existsSync(results) ? readdirSync(results).filter((name) => name.endsWith(".trx")) : []) {
    const { passed, failed, failures, skipped, inapplicable } = readResults(readFileSync(join(results, file), "utf8"));
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped.length;
    for (const { name, reason } of [...skipped, ...inapplicable]) process.stdout.write(`SKIPPED  ${name}: ${reason}\n`);
    for (const { name, reason } of failures) failedTests.push(`${name}: ${reason.split("\n", 3).join(" ")}`);
  }
  if (!ok) {
    problems.push("dotnet test");
    if (total.failed === before) total.failed++;
  }
  if (collect) await dotnetCoverage([...coberturaReports(results)]);
  rmSync(results, { recursive: true, force: true });
}

/** Merges the test projects' reports: a line counts once, covered by whichever of them. */
async function dotnetCoverage(reports) {
  say("coverage of C#");
  const folder = join(root, "coverage", "csharp");
  const merge = ["reportgenerator", `-reports:${reports.join(";")}`, `-targetdir:${folder}`, "-verbosity:Warning"];
  const ok =
    reports.length > 0 &&
    (await run("dotnet", ["tool", "restore"])).ok &&
    (await run("dotnet", [...merge, "-reporttypes:JsonSummary;Html"])).ok;
  judge("C#", floors.csharp, ok ? csharpLines(join(folder, "Summary.json")) : new Map());
}

function judge(language, floor, lines) {
  for (const [name, part] of lines) {
    process.stdout.write(
      `${percent(new Map([[name, part]]))
        .toFixed(1)
        .padStart(6)} %  ${name}\n`,
    );
  }
  const covered = percent(lines);
  process.stdout.write(`${language}: ${covered.toFixed(1)} % of lines covered, the floor is ${floor} %\n`);
  count(`coverage of ${language}`, covered >= floor);
}

const [part = "all", filter] = process.argv.slice(2);
if (!["all", "contracts", "dotnet", "style", "coverage"].includes(part)) {
  process.stderr.write(`expected contracts, dotnet [FILTER], style, coverage or nothing, got '${part}'\n`);
  process.exit(2);
}
const includes = (name) => part === "all" || part === name || (part === "coverage" && name !== "style");
const collect = part === "all" || part === "coverage";
const cached = { npm: npmCacheSize(), nuget: nugetCacheSize() };

const setup = spawnSync(process.execPath, [join(root, "eng", "setup.mjs"), "--node-path"], {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (setup.status !== 0) process.exit(1);
const env = {
  ...process.env,
  PATH: `${dirname(setup.stdout.trim())}${delimiter}${process.env.PATH}`,
  FORCE_COLOR: "0",
  PROOF_VECTORS: join(root, "tests", "Proofs.Vectors", "bin", "Debug", "net10.0", "Marketplace.Proofs.Vectors.dll"),
};

say("dotnet restore");
const restoring = performance.now();
const restored = (await run("dotnet", ["restore", "Marketplace.sln", "-v", "q"])).ok;
process.stdout.write(
  `restored ${megabytes(nugetCacheSize() - cached.nuget)} of packages in ${secondsSince(restoring)}\n`,
);
say("dotnet build");
const building = performance.now();
if (!restored || !(await run("dotnet", ["build", "Marketplace.sln", "--no-restore", "--nologo", "-v", "q"])).ok) {
  process.stdout.write("\nthe build failed; see the errors above\n0 passed, 1 failed\n");
  process.exit(1);
}
process.stdout.write(`built in ${secondsSince(building)}\n`);
if (includes("style")) await style(env);
if (includes("contracts")) {
  await contracts(env);
  if (part === "coverage") await contractsCoverage(env);
}
if (includes("dotnet")) await dotnet(filter, collect);

process.stdout.write(
  `\ndownloaded ${megabytes(nugetCacheSize() - cached.nuget)} of NuGet packages ` +
    `and ${megabytes(npmCacheSize() - cached.npm)} of npm packages\n`,
);
if (problems.length > 0) process.stdout.write(`\nnot passed: ${problems.join(", ")}\n`);
for (const failed of failedTests) process.stdout.write(`FAILED  ${failed}\n`);
if (total.skipped > 0) {
  process.stdout.write(
    `\n${total.skipped} tests were SKIPPED, named above, because something they need is missing here\n`,
  );
  if (process.env.CI === "true") total.failed += total.skipped;
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
// Not process.exit: what is still on its way to a pipe would be lost.
process.exitCode = total.failed > 0 ? 1 : 0;
