// What the columns of a CSV file are, told from its text: names, kinds, and the values of categories. Fields are read as the market's own
// programs read them. No value of a number column is part of the answer.

const maxColumns = 4096;
const maxNameLength = 200;
const maxCategories = 50;
const maxClasses = 100;
const maxValueLength = 64;

const separators = [",", ";", "\t", "|"];
const markers = ["?", ""];
const otherMarkers = ["NA", "N/A", "NaN", "nan", "null", "NULL", "None"];

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const isNumber = (text) => number.test(text) && Number.isFinite(Number(text));

/** A text that is wrong in a way that its owner can mend. */
export class SurveyError extends Error {}

/** The fields of a line: quoted ones as in RFC 4180, but not over several lines; all trimmed. */
function split(line, separator, place) {
  const fields = [];
  for (let position = 0; position <= line.length;) {
    if (fields.length === maxColumns) throw new SurveyError(`${place} has more than ${maxColumns} fields.`);
    while (position < line.length && " \t".includes(line[position]) && line[position] !== separator) position++;
    let field = "";
    if (line[position] === '"') {
      for (position++; ; position++) {
        if (position >= line.length)
          throw new SurveyError(`${place} has a quoted field that does not end on its line.`);
        if (line[position] !== '"') field += line[position];
        else if (line[position + 1] === '"') field += line[position++];
        else break;
      }
      position++;
    }
    const end = line.indexOf(separator, position);
    const rest = line.slice(position, end < 0 ? line.length : end).trim();
    fields.push(field + rest);
    position = (end < 0 ? line.length : end) + 1;
  }
  return fields;
}

/** The separator by which the first lines have the same and the greatest number of fields. */
function guessSeparator(lines) {
  const count = (separator) => {
    try {
      const counts = new Set(lines.slice(0, 20).map((line) => split(line, separator, "A line").length));
      return counts.size === 1 ? [...counts][0] : 1;
    } catch {
      return 1;
    }
  };
  return separators.reduce((best, next) => (count(next) > count(best) ? next : best));
}

/** Reads a text: its rows, how they are written, and whether the first names the columns, as far as that can be told. */
export function readTable(text, isCut) {
  if (/[\0\uFFFD]/.test(text)) throw new SurveyError("The file is not text in UTF-8.");
  const all = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  // The end of what was read need not be the end of a line.
  if (isCut) all.pop();
  const lines = all.map((line, i) => [line, i + 1]).filter(([line]) => line.trim() !== "");
  if (lines.length === 0) throw new SurveyError("The file has no whole line.");
  const separator = guessSeparator(lines.map(([line]) => line));
  const rows = lines.map(([line, place]) => split(line, separator, `Line ${place}`));
  const wrong = rows.findIndex((row) => row.length !== rows[0].length);
  if (wrong >= 0) {
    const [, place] = lines[wrong];
    throw new SurveyError(`Line ${place} has ${rows[wrong].length} fields, the first line ${rows[0].length}.`);
  }
  const first = rows[0];
  const hasHeader = first.every((name) => name !== "" && !isNumber(name)) && new Set(first).size === first.length;
  return { rows, separator, hasHeader };
}

/** The different values of a column that are there, each number once, and whether some are missing. */
function valuesOf(rows, index) {
  const values = new Set();
  const seen = { values, isNumeric: true, count: 0, mean: 0, squares: 0, markers: new Set(), isMissing: false };
  for (const row of rows) {
    const text = row[index];
    if (markers.includes(text) || otherMarkers.includes(text)) {
      seen.isMissing = true;
      if (!markers.includes(text)) seen.markers.add(text);
      continue;
    }
    const numeric = isNumber(text);
    seen.isNumeric &&= numeric;
    seen.count++;
    if (numeric) {
      // Welford's: the sum of squares is that of the differences to the mean.
      const difference = Number(text) - seen.mean;
      seen.mean += difference / seen.count;
      seen.squares += difference * (Number(text) - seen.mean);
    }
    if (values.size <= maxClasses) values.add(numeric ? String(Number(text)) : text);
  }
  return seen;
}

const sorted = (values, isNumeric) => [...values].sort(isNumeric ? (a, b) => a - b : undefined);
const areShort = (values) => [...values].every((text) => text.length <= maxValueLength);
const rounded = (value) => Number(value.toPrecision(6));

function normalization({ count, mean, squares }) {
  const deviation = rounded(Math.sqrt(squares / count));
  return deviation > 0 && Number.isFinite(deviation) ? { mean: rounded(mean), deviation } : {};
}

function columnOf(name, seen, isLearned, isNormalized) {
  const { values, isNumeric, count } = seen;
  if (count === 0) return { name, kind: "ignored" };
  const numbers = isNormalized && isNumeric ? normalization(seen) : {};
  if (isLearned) {
    const isFew = values.size <= (isNumeric ? maxCategories : maxClasses) && areShort(values);
    const isWhole = !isNumeric || [...values].every((text) => Number.isInteger(Number(text)));
    if (isFew && isWhole && values.size > 1)
      return { name, kind: "label", classes: sorted(values, isNumeric).map((text) => [text]) };
    if (isNumeric) return { name, kind: "target", ...numbers };
    throw new SurveyError(
      values.size < 2
        ? `“${name}” has one value only, so there is nothing to learn.`
        : `“${name}” has more than ${maxClasses} values, or long ones: choose a column with fewer classes, or with numbers.`,
    );
  }
  if (isNumeric) return { name, kind: "numeric", ...numbers };
  // What hardly ever comes twice, such as a person's name, is no category, and is nobody's business.
  const isCategory = values.size <= maxCategories && 2 * values.size <= count && areShort(values);
  return isCategory ? { name, kind: "categorical", categories: sorted(values, false) } : { name, kind: "ignored" };
}

/** The names of a table's columns. */
export function namesOf({ rows }, hasHeader) {
  if (!hasHeader) return rows[0].map((_, i) => `column${i + 1}`);
  const names = rows[0];
  const wrong = names.findIndex((name, i) => name === "" || name.length > maxNameLength || names.indexOf(name) < i);
  if (wrong < 0) return names;
  throw new SurveyError(
    `The name of column ${wrong + 1} is empty, longer than ${maxNameLength} characters, or comes twice.`,
  );
}

/** The columns as a project's document has them. */
export function survey(table, { hasHeader, learned, isNormalized }) {
  const names = namesOf(table, hasHeader);
  const rows = hasHeader ? table.rows.slice(1) : table.rows;
  if (rows.length === 0) throw new SurveyError("The file has no rows below the names.");
  const seen = names.map((_, i) => valuesOf(rows, i));
  const used = seen.map((column, i) => columnOf(names[i], column, i === learned, isNormalized));
  const isMissing = seen.some((column, i) => column.isMissing && used[i].kind !== "ignored");
  return {
    header: hasHeader,
    separator: table.separator,
    missing: [...new Set([...markers, ...seen.flatMap((column) => [...column.markers])])],
    dropMissing: isMissing,
    columns: used,
  };
}
