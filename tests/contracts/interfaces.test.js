// What other people build on: contracts/interfaces, contracts/types and contracts/errors.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect } from "chai";
import { root } from "./utils/files.js";

const require = createRequire(import.meta.url);
const contracts = path.join(root, "contracts");
const PUBLIC = ["interfaces", "types", "errors"];
/** The lowest version that the pragmas of these folders allow; package.json has it as solc-oldest. */
const OLDEST = "0.8.20";

const sourcesOf = (folders) =>
  Object.fromEntries(
    folders
      .flatMap((folder) => readdirSync(path.join(contracts, folder)).map((name) => path.join(folder, name)))
      .filter((name) => name.endsWith(".sol"))
      .map((name) => [name, readFileSync(path.join(contracts, name), "utf8")]),
  );

/** Messages of errors, none when everything compiled. */
function compile(compiler, sources) {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(Object.entries(sources).map(([name, content]) => [name, { content }])),
    settings: { outputSelection: { "*": { "*": ["abi"] } } },
  };
  const { errors = [] } = JSON.parse(compiler.compile(JSON.stringify(input)));
  return errors.filter(({ severity }) => severity === "error").map(({ formattedMessage }) => formattedMessage);
}

describe("Interfaces, types and errors", function () {
  this.timeout(120_000);

  it("compile with the oldest compiler that their pragmas allow", () => {
    const compiler = require("solc/wrapper")(require("solc-oldest/soljson.js"));
    expect(compiler.version()).to.match(new RegExp(`^${OLDEST}\\+`));
    const sources = sourcesOf(PUBLIC);
    for (const [name, text] of Object.entries(sources)) expect(text, name).to.contain(`pragma solidity ^${OLDEST};`);
    expect(compile(compiler, sources)).to.deep.equal([]);
  });

  // solhint's use-natspec sees contracts, functions and events only.
  it("document every error, struct, enum and their members", () => {
    const sources = sourcesOf([...PUBLIC, "libraries", "."]);
    expect(undocumented("struct A {\n    uint256 b;\n}\nerror C();\n")).to.deep.equal([
      "struct A {",
      "uint256 b;",
      "error C();",
    ]);
    const missing = Object.entries(sources).flatMap(([name, text]) =>
      undocumented(text).map((line) => `${name}: ${line}`),
    );
    expect(missing).to.deep.equal([]);
  });
});

/** Declarations of errors, structs and enums, and lines in the braces of the latter two, that follow no `///` line. */
function undocumented(text) {
  const found = [];
  let inside = false;
  let previous = "";
  for (const line of text.split("\n").map((text) => text.trim())) {
    const declares = /^(error|struct|enum) \w+/.test(line);
    if (line === "}") inside = false;
    else if (line !== "" && !line.startsWith("//") && (declares || inside) && !previous.startsWith("///"))
      found.push(line);
    if (/^(struct|enum) /.test(line)) inside = true;
    previous = line;
  }
  return found;
}
