// The tools in eng/ that read what test runners leave: a reader that finds nothing would let everything pass.
import { mkdir, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { coberturaReports, csharpLines, percent, solidityLines } from "../../eng/lib/coverage.mjs";
import { readResults } from "../../eng/lib/trx.mjs";
import { temporaryFolder } from "./utils/files.js";

const TRX = `<TestRun>
  <UnitTestResult testName="A.Passes" outcome="Passed" />
  <UnitTestResult testId="1" testName="A.Lacks(text: &quot;x&quot;)" outcome="NotExecuted" duration="0">
    <Output><ErrorInfo><Message>The vectors are absent; set MARKETPLACE_SHARED.</Message></ErrorInfo></Output>
  </UnitTestResult>
  <UnitTestResult testName="A.Cannot" outcome="NotExecuted">
    <Output><ErrorInfo><Message>This processor lacks avx512.</Message></ErrorInfo></Output>
  </UnitTestResult>
  <UnitTestResult testName="A.Silent" outcome="NotExecuted" />
  <UnitTestResult testName="A.Fails" outcome="Failed">
    <Output><ErrorInfo><Message>Expected 1, got &lt;2&gt;.</Message></ErrorInfo></Output>
  </UnitTestResult>
  <Counters total="6" executed="3" passed="2" failed="1" notExecuted="0" />
</TestRun>`;

describe("Reading results", function () {
  this.timeout(60_000);
  const file = temporaryFolder();

  it("counts tests, and tells what is missing from what cannot be", () => {
    const { passed, failed, failures, skipped, inapplicable } = readResults(TRX);
    expect([passed, failed]).to.deep.equal([2, 1]);
    expect(failures).to.deep.equal([{ name: "A.Fails", reason: "Expected 1, got <2>." }]);
    expect(skipped).to.deep.equal([
      { name: 'A.Lacks(text: "x")', reason: "The vectors are absent; set MARKETPLACE_SHARED." },
      { name: "A.Silent", reason: "no reason given" },
    ]);
    expect(inapplicable.map(({ name }) => name)).to.deep.equal(["A.Cannot"]);
  });

  it("counts lines of contracts, without mocks", async () => {
    const lcov = file("lcov.info");
    await writeFile(
      lcov,
      "TN:\nSF:contracts/A.sol\nDA:1,1\nDA:2,0\nDA:3,7\nLH:2\nLF:3\nend_of_record\n" +
        "SF:contracts/mocks/B.sol\nDA:1,0\nend_of_record\nSF:contracts/C.sol\nDA:9,0\nend_of_record\n",
    );
    const lines = solidityLines(lcov);
    expect(Object.fromEntries(lines)).to.deep.equal({
      "contracts/A.sol": { covered: 2, coverable: 3 },
      "contracts/C.sol": { covered: 0, coverable: 1 },
    });
    expect(percent(lines)).to.equal(50);
    expect(percent(new Map())).to.equal(0);
  });

  it("counts lines of assemblies", async () => {
    const summary = file("Summary.json");
    const assemblies = [{ name: "Marketplace.Crypto", coveredlines: 341, coverablelines: 365 }];
    await writeFile(summary, JSON.stringify({ coverage: { assemblies } }));
    // Not closeTo: the chain's matchers take it over, for integers.
    expect(percent(csharpLines(summary)).toFixed(1)).to.equal("93.4");
  });

  it("finds the reports of all test projects", async () => {
    await mkdir(file("results", "one"), { recursive: true });
    const report = file("results", "one", "coverage.cobertura.xml");
    await writeFile(report, "<coverage />");
    expect([...coberturaReports(file("results"))]).to.deep.equal([report]);
    expect([...coberturaReports(file("absent"))]).to.deep.equal([]);
  });
});
