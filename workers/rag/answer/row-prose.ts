import type { AskedQuestion } from "./asked-question.ts";
import { heldIn } from "./evidence.ts";
import { holdsKind, kindInTable } from "./kind-evidence.ts";
import { proseOf } from "./prose.ts";
import type { TableRow } from "./table-row.ts";

interface Cell {
  value: string;
  name: string;
  /** How much of each of the question's words the column's name holds. */
  named: Float64Array;
}

const HELD = 0.6;
/** A column is meant when its name holds at least this much of the question's weight, or a year it asks for. */
const NAMED = 0.08;
const NOTHING = /^[\s–—-]*$/u;
const SCALE =
  /(?<!\p{L})(?:thousands?|millions?|billions?|tausend|millionen|mio)(?!\p{L})|[€$£]\s?000|\(000\)/iu;
/** A scale that names exceptions may not be that of this row. */
const HEDGED = /(?<!\p{L})(?:unless|except|otherwise|sofern|außer)(?!\p{L})/iu;
const BARE_FIGURE = /^\(?[$€£]?\s?\(?\p{N}[\p{N}.,]*\)?$/u;
const ASIDE = /\([^()]*\)/gu;
const LONGEST_SCALE = 50;
const LONGEST_GROUP = 60;
const YEAR = /(?<!\d)(?:19|20)\d\d(?!\d)/g;

/**
 * A table row as it reads in an answer: its group, its label and the cells that say which row it is, then the values under
 * the columns that the question names, or all of them when it names none.
 *
 * @example "Net sales, 2018: $32,765 (Millions)"
 */
export function rowProse(row: TableRow, question: AskedQuestion): string {
  const [label = "", ...values] = row.cells;
  const cells = values
    .map((value, at): Cell => {
      const name = row.columns[at + 1] ?? "";
      return { value, name, named: heldIn(name, question) };
    })
    .filter(({ value }) => !NOTHING.test(value));
  const meant = fitting(meantCells(cells, question), question);
  const told = meant.length > 0 ? meant : cells;
  const isTold = row.group.length <= LONGEST_GROUP && isSpokenOf(row.group, label, question);
  const group = isTold ? row.group.replace(/:$/, "") : "";
  const which = [group, label, ...(meant.length > 0 ? recognised(cells, meant, label, question) : [])].filter(
    (part) => part !== "",
  );
  const [only] = told;
  if (only === undefined) return proseOf(label);
  if (told.length === 1) {
    const named = [...which, only.name].filter((part) => part !== "").join(", ");
    return proseOf(`${named}: ${only.value}${scaleOf(only, row)}`);
  }
  const listed = told.map(({ value, name }) => (name === "" ? value : `${name}: ${value}`)).join("; ");
  return proseOf(which.length === 0 ? listed : `${which.join(", ")} — ${listed}`);
}

/** In what a bare figure is counted, in the words of the table's corner or of its caption. */
function scaleOf({ value, name }: Cell, { columns, caption }: TableRow): string {
  if (!BARE_FIGURE.test(value) || SCALE.test(name)) return "";
  const [corner = ""] = columns;
  const told = SCALE.test(corner) ? corner : (caption.match(ASIDE) ?? []).find((aside) => SCALE.test(aside));
  if (told === undefined || told.length > LONGEST_SCALE || HEDGED.test(told)) return "";
  return ` (${told.replace(/^\(|\)$/g, "")})`;
}

/** The cells whose columns the question names: the best named, and those that answer to words it does not. */
function meantCells(cells: Cell[], question: AskedQuestion): Cell[] {
  const ofYears = cellsOfAskedYears(cells, question);
  const words = question.words.map((_, word) => word);
  const weightOf = ({ named }: Cell, open: number[]) =>
    open
      .filter((word) => (named[word] ?? 0) >= HELD)
      .reduce((sum, word) => sum + weightAsked(word, question), 0);
  const meant: Cell[] = [];
  let open = words;
  for (;;) {
    const best = Math.max(0, ...ofYears.map((cell) => weightOf(cell, open)));
    if (best < NAMED) break;
    const leaders = ofYears.filter((cell) => !meant.includes(cell) && weightOf(cell, open) === best);
    meant.push(...leaders);
    open = open.filter((word) => !leaders.some(({ named }) => (named[word] ?? 0) >= HELD));
  }
  return cells.filter((cell) => meant.includes(cell));
}

function weightAsked(word: number, { words, totalWeight }: AskedQuestion): number {
  const { weight = 0, isYear = false } = words[word] ?? {};
  return isYear ? Math.max(NAMED, weight / totalWeight) : weight / totalWeight;
}

/** None of the cells when the question asks for a kind of thing that none of them holds. */
function fitting(meant: Cell[], { kind, lowerCase }: AskedQuestion): Cell[] {
  const fits = kind === null || meant.some(({ value }) => holdsKind(value, kindInTable(kind), lowerCase));
  return fits ? meant : [];
}

/** Without the columns of other years, where the question asks for a year that some column bears. */
function cellsOfAskedYears(cells: Cell[], question: AskedQuestion): Cell[] {
  const asked: string[] = question.lowerCase.match(YEAR) ?? [];
  const yearsOf = ({ name }: Cell): string[] => name.match(YEAR) ?? [];
  if (!cells.some((cell) => yearsOf(cell).some((year) => asked.includes(year)))) return cells;
  return cells.filter(
    (cell) => yearsOf(cell).length === 0 || yearsOf(cell).some((year) => asked.includes(year)),
  );
}

/** The other cells that the question speaks of beyond the label: a season, a ship. */
function recognised(cells: Cell[], meant: Cell[], label: string, question: AskedQuestion): string[] {
  return cells
    .filter((cell) => !meant.includes(cell))
    .map(({ value }) => value)
    .filter((value) => isSpokenOf(value, label, question));
}

/** Whether the question speaks of something in a text that the label does not say. */
function isSpokenOf(text: string, label: string, question: AskedQuestion): boolean {
  const known = heldIn(label, question);
  return heldIn(text, question).some((held, word) => held >= HELD && (known[word] ?? 0) < HELD);
}
