// Reads the results that `dotnet test --logger trx` writes.

/** Reasons to skip a test that no installation can remove, or none of reasonable size: another processor, system or graphics card; PyTorch. */
const INAPPLICABLE = /processor|CUDA|GPU|Linux|Windows|macOS|PyTorch/;

/**
 * @param text Content of a .trx file.
 * @returns Numbers of passed and failed tests; names and reasons of those that failed, of those skipped because something could be
 *   installed and is not, and of those that need not run on this machine.
 */
export function readResults(text) {
  const counters = /<Counters ([^>]*)\/>/.exec(text)?.[1] ?? "";
  const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(counters)?.[1] ?? 0);
  const results = [...text.matchAll(/<UnitTestResult [^>]*?(?:\/>|>[\s\S]*?<\/UnitTestResult>)/g)].map(
    ([result]) => result,
  );
  const of = (outcome) =>
    results
      .filter((result) => /\boutcome="([^"]*)"/.exec(result)?.[1] === outcome)
      .map((result) => ({
        name: unescape(/testName="([^"]*)"/.exec(result)?.[1] ?? "?"),
        reason: unescape(/<Message>([\s\S]*?)<\/Message>/.exec(result)?.[1] ?? "no reason given").trim(),
      }));
  const notRun = of("NotExecuted");
  return {
    passed: number("passed"),
    failed: number("failed"),
    failures: of("Failed"),
    skipped: notRun.filter(({ reason }) => !INAPPLICABLE.test(reason)),
    inapplicable: notRun.filter(({ reason }) => INAPPLICABLE.test(reason)),
  };
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
const unescape = (text) => text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name) => ENTITIES[name]);
