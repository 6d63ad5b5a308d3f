import { Labels, METRIC_NAME } from "../../workers/monitoring/model/labels.ts";
import { unquote } from "../../workers/monitoring/promql/syntax/literals.ts";
import type { Scanner } from "./scanner.ts";

/** A string literal of PromQL: between double, single or back quotes. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/y;
const METRIC = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const SPACE = /\s*/y;

/**
 * The labels that a series description begins with: `name`, `name{a="b"}`, `{"a name", a="b"}` or `{}`.
 *
 * @throws SyntaxError
 */
export function parseLabels(scanner: Scanner): Labels {
  const pairs: [string, string][] = [];
  const metric = scanner.take(METRIC)?.[0];
  if (metric !== undefined) pairs.push([METRIC_NAME, metric]);
  if (scanner.take(/\{/y) !== null) pairs.push(...parsePairs(scanner));
  else if (metric === undefined) throw new SyntaxError("expected a metric name or labels in braces");
  return Labels.from(pairs);
}

function* parsePairs(scanner: Scanner): Generator<[string, string]> {
  for (;;) {
    scanner.take(SPACE);
    if (scanner.take(/\}/y) !== null) return;
    const quoted = scanner.take(QUOTED)?.[0];
    const name = quoted === undefined ? scanner.take(LABEL)?.[0] : unquote(quoted);
    if (name === undefined) throw new SyntaxError("expected a label's name");
    if (scanner.take(/\s*=\s*/y) !== null) {
      const value = scanner.take(QUOTED)?.[0];
      if (value === undefined) throw new SyntaxError(`expected the value of label ${name} in quotes`);
      yield [name, unquote(value)];
    } else if (quoted !== undefined) yield [METRIC_NAME, name];
    else throw new SyntaxError(`expected = after ${name}`);
    if (scanner.take(/\s*(?:,|(?=\}))/y) === null) throw new SyntaxError("expected , or } after a label");
  }
}
