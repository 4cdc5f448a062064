import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** The checkout's root folder. */
export const root = path.resolve(import.meta.dirname, "../../..");

/**
 * Gives each test of the suite that calls this an empty folder, which goes with it.
 * @returns Makes a path in the folder out of its parts.
 */
export function temporaryFolder() {
  let folder;
  beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "marketplace-contracts-"))));
  afterEach(() => rm(folder, { recursive: true, force: true }));
  return (...parts) => path.join(folder, ...parts);
}
