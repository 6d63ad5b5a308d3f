import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { SearchMode } from "../workers/contract/queries.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { findFallen, readFloors } from "./floors.ts";
import { readGoldenSet } from "./golden-set.ts";
import type { QuestionSet } from "./question-set.ts";
import { formatReport } from "./report.ts";
import { listRetrievalSets, readRetrievalSet } from "./retrieval-set.ts";
import { withTemporaryWorker } from "./temporary-worker.ts";

/** What continuous integration runs, of what is there. */
const CI_SETS = ["golden", "scifact", "xquad-en", "xquad-zh"];

const USAGE = `npm run eval -- [--set NAME] [--mode hybrid|keyword|vector] [--limit N] [--floors FILE] [--json]

  --set NAME      golden (the default), a folder of RETRIEVAL_DIR, "all", or "ci": ${CI_SETS.join(", ")}
  --mode MODE     how passages are found (hybrid)
  --limit N       ask at most N questions a set for an answer, spread evenly; every question is ranked
  --floors FILE   exit with 1 when a figure is below its floor, or hybrid search below words alone
  --json          one JSON object a set, a line each
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      set: { type: "string", default: "golden" },
      mode: { type: "string", default: "hybrid" },
      limit: { type: "string" },
      floors: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const mode = SearchMode.safeParse(values.mode).data;
  const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : Number(values.limit);
  if (values.help || mode === undefined || !(limit > 0)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const floors = values.floors === undefined ? null : readFloors(await readFile(values.floors, "utf8"));
  const sets = await readSets(values.set);
  const alsoByKeyword = floors !== null && mode === "hybrid";
  const evaluations = await withTemporaryWorker(async (worker) => {
    const done: Evaluation[] = [];
    for (const set of sets) {
      process.stderr.write(`${set.name}: ${set.documents.length} documents …\n`);
      done.push(await evaluate(worker.current.client, set, { mode, limit, alsoByKeyword }));
      if (values.json) process.stdout.write(`${JSON.stringify(done.at(-1))}\n`);
    }
    return done;
  });
  if (!values.json) process.stdout.write(`${formatReport(evaluations)}\n`);
  const fallen = evaluations.flatMap((evaluation) =>
    floors === null ? [] : findFallen(evaluation.set, evaluation, floors, evaluation.keyword_ndcg_at_10),
  );
  for (const sentence of fallen) process.stderr.write(`below its floor: ${sentence}\n`);
  return fallen.length === 0 ? 0 : 1;
}

async function readSets(choice: string): Promise<QuestionSet[]> {
  const folder = process.env.RETRIEVAL_DIR;
  const known = ["golden", ...(folder === undefined ? [] : await listRetrievalSets(folder))];
  const several = { all: known, ci: CI_SETS.filter((name) => known.includes(name)) }[choice];
  if (several !== undefined && folder === undefined) {
    process.stderr.write("RETRIEVAL_DIR is not set: only golden is run.\n");
  }
  const names = several ?? [choice];
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length > 0) {
    throw new Error(`There is no set ${missing.join(", ")}. Known are: ${known.join(", ")}.`);
  }
  return Promise.all(
    names.map((name) =>
      name === "golden" || folder === undefined ? readGoldenSet() : readRetrievalSet(folder, name),
    ),
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`eval: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
