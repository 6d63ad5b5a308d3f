import type { AskedQuestion } from "./asked-question.ts";
import { evidenceIn } from "./evidence.ts";
import { covered } from "./features.ts";
import { proseOf } from "./prose.ts";
import type { TableRow } from "./table-row.ts";

/** A column is meant when its name holds this much of the question. */
const NAMED = 0.08;

/**
 * A table row as it reads in an answer: its label, then the values under the columns that the question names,
 * or all of them when it names none.
 *
 * @example "Passenger revenue, 2023: 41.2 million"
 */
export function rowProse(row: TableRow, question: AskedQuestion): string {
  const [label = "", ...values] = row.cells;
  const columns = values
    .map((value, at) => ({ value, name: row.columns[at + 1] ?? "" }))
    .filter(({ value }) => value !== "");
  const told = named(columns, question);
  if (columns.length === 0) return proseOf(label);
  if (told !== null)
    return proseOf(`${[label, told.name].filter((part) => part !== "").join(", ")}: ${told.value}`);
  const listed = columns.map(({ value, name }) => (name === "" ? value : `${name}: ${value}`));
  return proseOf(label === "" ? listed.join("; ") : `${label} — ${listed.join("; ")}`);
}

/** The one column whose name holds most of the question, if one does. */
function named(columns: { value: string; name: string }[], question: AskedQuestion) {
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) return only;
  const matches = columns.map((column) => ({
    column,
    match: covered(evidenceIn(column.name, question).held, question),
  }));
  const best = Math.max(0, ...matches.map(({ match }) => match));
  const leaders = matches.filter(({ match }) => match === best);
  return best >= NAMED && leaders.length === 1 ? (leaders[0]?.column ?? null) : null;
}
