// Tells from a CSV file, in the browser, what its columns are. Nothing leaves the browser before its owner has seen what would, and then only
// that: the columns as JSON, in the hidden input that the server has rendered within. Rows never do.

import { SurveyError, namesOf, readTable, survey } from "./csv-survey.js";

const maxBytes = 4 * 1024 * 1024;
const maxAnswer = 200_000;
const maxShown = 100;

const style = new CSSStyleSheet();
style.replaceSync(`
  :host { display: grid; gap: 0.5rem; justify-items: start; min-width: 0; font-size: 0.875rem; }
  form { display: grid; gap: 0.5rem; justify-items: start; min-width: 0; max-width: 100%; }
  label { max-width: 100%; }
  button, input, select { font: inherit; max-width: 100%; }
  ul { margin: 0; padding-left: 1.25rem; max-height: 16rem; overflow-y: auto; overflow-wrap: anywhere; }
  p { margin: 0; overflow-wrap: anywhere; }
  .wrong { color: var(--bad); }
  [hidden] { display: none; }
`);

const template = document.createElement("template");
template.innerHTML = `
  <label>A CSV file, of which at most the first 4 MB are read <input type="file" accept=".csv,.tsv,.txt,text/csv" /></label>
  <form hidden>
    <label><input type="checkbox" name="header" /> The first line names the columns</label>
    <label>What is to be learned <select name="learned"></select></label>
    <label><input type="checkbox" name="normalized" /> Send the mean and deviation of number columns, too</label>
    <p>This is what would be sent, and nothing else:</p>
    <ul></ul>
    <button type="submit">Take these columns</button>
  </form>
  <p role="status"></p>
  <p role="alert" class="wrong"></p>
  <slot></slot>
`;

const words = {
  numeric: () => "a number",
  target: () => "a number to learn",
  ignored: () => "not read",
  categorical: ({ categories }) => `a category: ${categories.join(", ")}`,
  label: ({ classes }) => `the class to learn: ${classes.map(([text]) => text).join(", ")}`,
};

const describe = (column) =>
  `${column.name}: ${words[column.kind](column)}${column.mean === undefined ? "" : `, mean ${column.mean}, deviation ${column.deviation}`}`;

class TableColumns extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    root.append(template.content.cloneNode(true));
    this.file = root.querySelector("[type=file]");
    this.form = root.querySelector("form");
    this.list = root.querySelector("ul");
    this.status = root.querySelector("[role=status]");
    this.problem = root.querySelector("[role=alert]");
    this.file.addEventListener("change", () => this.open(this.file.files[0]));
    this.form.elements.header.addEventListener("change", () => this.name());
    this.form.elements.learned.addEventListener("change", () => this.look());
    this.form.elements.normalized.addEventListener("change", () => this.look());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  /** Does one step; what is wrong with the file is said instead of what would be sent. */
  attempt(step) {
    this.problem.textContent = "";
    this.status.textContent = "";
    try {
      step();
    } catch (error) {
      if (!(error instanceof SurveyError)) throw error;
      this.columns = null;
      this.list.replaceChildren();
      this.problem.textContent = error.message;
    }
    this.form.querySelector("button").disabled = !this.columns;
  }

  async open(file) {
    this.form.hidden = true;
    if (!file) return;
    const isCut = file.size > maxBytes;
    const text = await file
      .slice(0, maxBytes)
      .text()
      .catch(() => null);
    this.attempt(() => {
      if (text === null) throw new SurveyError("The browser cannot read the file.");
      // A character may be cut through, too; its line is left out.
      this.table = readTable(isCut ? text.replace(/\uFFFD+$/, "") : text, isCut);
      this.form.elements.header.checked = this.table.hasHeader;
      this.form.hidden = false;
    });
    if (!this.form.hidden) this.name();
  }

  /** Offers the columns by their names; people mostly have what is to be learned in the last. */
  name() {
    this.attempt(() => {
      const names = namesOf(this.table, this.form.elements.header.checked);
      const { learned } = this.form.elements;
      learned.replaceChildren(...names.map((name, i) => new Option(name, i)));
      learned.value = names.length - 1;
      this.look();
    });
  }

  look() {
    this.attempt(() => {
      const { header, learned, normalized } = this.form.elements;
      const options = { hasHeader: header.checked, learned: Number(learned.value), isNormalized: normalized.checked };
      this.columns = survey(this.table, options);
      const shown = this.columns.columns.slice(0, maxShown).map(describe);
      const more = this.columns.columns.length - shown.length;
      if (more > 0) shown.push(`and ${more} more`);
      this.list.replaceChildren(
        ...shown.map((line) => Object.assign(document.createElement("li"), { textContent: line })),
      );
    });
  }

  send() {
    this.attempt(() => {
      const answer = JSON.stringify(this.columns);
      if (answer.length > maxAnswer)
        throw new SurveyError(`The columns come to ${answer.length} characters; at most ${maxAnswer} are sent.`);
      const input = this.querySelector("input");
      input.value = answer;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      this.status.textContent = "The columns are taken over. Check them below.";
    });
  }
}

customElements.define("table-columns", TableColumns);
