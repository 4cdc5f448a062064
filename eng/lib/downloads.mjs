// How much a machine without caches has to download: both package managers keep the archives that they fetched.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Total size in bytes of the files below a folder that `wanted` accepts; 0 when there is no such folder. */
function sizeBelow(folder, wanted = () => true) {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return 0;
  }
  let size = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) size += sizeBelow(path, wanted);
    else if (wanted(entry.name)) size += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return size;
}

/** Bytes in npm's cache. */
export function npmCacheSize() {
  const windows = process.platform === "win32";
  const { stdout } = spawnSync("npm", ["config", "get", "cache"], { encoding: "utf8", shell: windows });
  return stdout ? sizeBelow(join(stdout.trim(), "_cacache", "content-v2")) : 0;
}

/** Bytes of the NuGet archives that were unpacked on this machine. */
export function nugetCacheSize() {
  const folder = process.env.NUGET_PACKAGES || join(homedir(), ".nuget", "packages");
  return sizeBelow(folder, (name) => name.endsWith(".nupkg"));
}

/** "12.3 MB". */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** "4.5 s", since a time of performance.now(). */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
