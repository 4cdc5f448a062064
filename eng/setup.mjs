// Prepares everything that is not C#: a recent Node, the npm packages and the compiled contracts.
// Incremental: each step runs only when its inputs have changed. Safe to call from several processes at once.
//
//   node eng/setup.mjs               all steps
//   node eng/setup.mjs --node-path   all steps, then prints the path of the Node that was chosen
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { delimiter, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { megabytes, npmCacheSize, secondsSince } from "./lib/downloads.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, ".tools");
const minimumNode = [22, 13];
const terminal = process.stderr.isTTY ? undefined : openTerminal();
const say = (text) => {
  process.stderr.write(`setup: ${text}\n`);
  if (terminal !== undefined) writeSync(terminal, `setup: ${text}\n`);
};

class SetupError extends Error {}

/** `dotnet run` hides what its build prints; where there is a terminal, progress goes there all the same. */
function openTerminal() {
  try {
    return openSync(process.platform === "win32" ? "\\\\.\\CONOUT$" : "/dev/tty", "w");
  } catch {
    return undefined;
  }
}

function isRecent(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]);
}

/** Runs a command and returns its output; on failure shows the end of it and stops with one sentence. */
function run(command, args, { env = process.env, advice }) {
  const result = spawnSync(command, args, { cwd: root, env, encoding: "utf8", shell: process.platform === "win32" });
  if (result.status === 0) return result.stdout;
  const output = `${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`;
  process.stderr.write(`${output.split("\n").slice(-30).join("\n")}\n`);
  throw new SetupError(`'${[command, ...args].join(" ")}' failed; ${advice}`);
}

/** The Node to use: the one on the PATH when it is recent enough, otherwise one that npm fetches into .tools. */
function chooseNode() {
  if (isRecent(process.version)) return process.execPath;
  const system = { linux: "linux", darwin: "darwin", win32: "win" }[process.platform];
  const name = `node-${system}-${process.arch}`;
  const binary = join(tools, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary)) {
    say(`Node ${process.version} is older than ${minimumNode.join(".")}; fetching Node 22 (${name}) into .tools`);
    mkdirSync(tools, { recursive: true });
    run("npm", ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", tools, `${name}@22`], {
      advice: `install Node ${minimumNode.join(".")} or newer yourself, or give npm access to a package registry.`,
    });
  }
  if (!existsSync(binary)) {
    throw new SetupError(
      `no Node for ${process.platform}-${process.arch} on npm; install Node ${minimumNode.join(".")} or newer.`,
    );
  }
  return binary;
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(relative(root, path)).update("\0").update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

/** Runs `action` unless the stamp says that it has succeeded for these inputs and its `output` is still there. */
function step(name, inputs, output, action) {
  const stamp = join(tools, `${name}.stamp`);
  const wanted = fingerprint(inputs);
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  action();
  writeFileSync(stamp, wanted);
}

/** Serializes set-up between processes by an exclusive directory; one whose owner has died is taken over. */
function withLock(action) {
  const lock = join(tools, "setup.lock");
  const owner = join(lock, "pid");
  mkdirSync(tools, { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(owner, String(process.pid));
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      if (isAbandoned(lock, owner)) rmSync(lock, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    return action();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isAbandoned(lock, owner) {
  try {
    process.kill(Number(readFileSync(owner, "utf8")), 0);
    return false;
  } catch (error) {
    if (error.code === "ESRCH") return true;
    // The owner's file is written just after the directory: absent for long means that its process died in between.
    return error.code === "ENOENT" && existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 10_000;
  }
}

try {
  const node = withLock(() => {
    const chosen = chooseNode();
    const env = { ...process.env, PATH: `${dirname(chosen)}${delimiter}${process.env.PATH}` };
    const lockFile = join(root, "package-lock.json");
    step("packages", [lockFile], join(root, "node_modules", "hardhat"), () => {
      say("installing npm packages (about half a minute)");
      const [before, start] = [npmCacheSize(), performance.now()];
      run("npm", ["ci", "--no-audit", "--no-fund"], { env, advice: "check that npm can reach a package registry." });
      say(
        `downloaded ${megabytes(npmCacheSize() - before)} of npm packages and unpacked them in ${secondsSince(start)}`,
      );
    });
    const sources = [...filesBelow(join(root, "contracts")), join(root, "hardhat.config.js"), lockFile];
    step("contracts", sources, join(root, "artifacts", "contracts"), () => {
      say("compiling the contracts (about half a minute)");
      run(chosen, [join("node_modules", "hardhat", "dist", "src", "cli.js"), "build", "--no-tests", "--quiet"], {
        env,
        advice: "correct the Solidity errors above.",
      });
      say("building the programs");
    });
    return chosen;
  });
  if (process.argv.includes("--node-path")) process.stdout.write(`${node}\n`);
} catch (error) {
  process.stderr.write(`setup failed: ${error instanceof SetupError ? error.message : (error.stack ?? error)}\n`);
  process.exit(1);
}
