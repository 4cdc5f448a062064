// What the tests have covered, read from the reports that their runners leave, against the floors in eng/coverage.json.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Covered and coverable lines of the contracts, by file, from Hardhat's lcov report. Mocks are no product. */
export function solidityLines(lcov) {
  const files = new Map();
  for (const record of readFileSync(lcov, "utf8").split("end_of_record")) {
    const file = /^SF:(.*)$/m.exec(record)?.[1];
    if (!file?.startsWith("contracts/") || file.startsWith("contracts/mocks/")) continue;
    const hits = [...record.matchAll(/^DA:\d+,(\d+)/gm)].map(([, count]) => Number(count));
    files.set(file, { covered: hits.filter((count) => count > 0).length, coverable: hits.length });
  }
  return files;
}

/** Covered and coverable lines of C#, by assembly, from the JSON summary of ReportGenerator. */
export function csharpLines(summary) {
  const { coverage } = JSON.parse(readFileSync(summary, "utf8"));
  return new Map(
    coverage.assemblies.map(({ name, coveredlines, coverablelines }) => [
      name,
      { covered: coveredlines, coverable: coverablelines },
    ]),
  );
}

/** Percent of lines, over everything that is in the map; 0 when that is nothing. */
export function percent(lines) {
  let [covered, coverable] = [0, 0];
  for (const part of lines.values()) {
    covered += part.covered;
    coverable += part.coverable;
  }
  return coverable === 0 ? 0 : (100 * covered) / coverable;
}

/** The Cobertura reports below a folder of test results. */
export function* coberturaReports(folder) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* coberturaReports(path);
    else if (entry.name === "coverage.cobertura.xml") yield path;
  }
}
