import { expect, it } from "vitest";
import { SIGNATURES } from "../../../../../workers/monitoring/promql/functions/signatures.ts";
import {
  ELEMENT_FUNCTIONS,
  RANGE_FUNCTIONS,
  SCALAR_FUNCTIONS,
  VECTOR_FUNCTIONS,
} from "../../../../../workers/monitoring/promql/functions/tables.ts";

/** These ask for more than their arguments: the evaluator knows them itself. */
const OF_THE_EVALUATOR = "time pi start end step range scalar vector timestamp info".split(" ");

it("every function that a query may call is there, once", () => {
  const tables = [RANGE_FUNCTIONS, ELEMENT_FUNCTIONS, VECTOR_FUNCTIONS, SCALAR_FUNCTIONS];
  const names = [...tables.flatMap((table) => [...table.keys()]), ...OF_THE_EVALUATOR];
  expect(names.sort()).toEqual([...SIGNATURES.keys()].sort());
});

it("functions of a range vector take one, and those of elements at most one instant vector", () => {
  const vectors = (name: string, type: string) =>
    SIGNATURES.get(name)?.arguments.filter((each) => each === type).length;
  for (const name of RANGE_FUNCTIONS.keys()) expect([name, vectors(name, "matrix")]).toEqual([name, 1]);
  for (const name of ELEMENT_FUNCTIONS.keys()) expect([name, vectors(name, "vector")]).toEqual([name, 1]);
});
