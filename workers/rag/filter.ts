import type { MetadataFilter } from "../contract/metadata-filter.ts";

/**
 * Whether a document's metadata meets a filter. A list-valued field meets a comparison if one of its elements
 * does (`ne` and `nin` only if none fails them). Order holds between two numbers or two strings; a field that is
 * missing meets `ne`, `nin` and `exists: false` alone, and equals null.
 *
 * @example matchesFilter({ author: { name: "Ada" } }, { "author.name": { eq: "Ada" } }) === true
 */
export function matchesFilter(metadata: Record<string, unknown>, filter: MetadataFilter): boolean {
  if (isList(filter, "and")) return filter.and.every((part) => matchesFilter(metadata, part));
  if (isList(filter, "or")) return filter.or.some((part) => matchesFilter(metadata, part));
  if (isNegation(filter)) return !matchesFilter(metadata, filter.not);
  return Object.entries(filter).every(([path, comparison]) => meets(readPath(metadata, path), comparison));
}

type Scalar = string | number | boolean | null;

interface Comparison {
  eq?: Scalar | undefined;
  ne?: Scalar | undefined;
  in?: Scalar[] | undefined;
  nin?: Scalar[] | undefined;
  gt?: string | number | undefined;
  gte?: string | number | undefined;
  lt?: string | number | undefined;
  lte?: string | number | undefined;
  exists?: boolean | undefined;
}

function isList<Key extends "and" | "or">(
  filter: MetadataFilter,
  key: Key,
): filter is Extract<MetadataFilter, Record<Key, MetadataFilter[]>> {
  return key in filter && Array.isArray((filter as Record<string, unknown>)[key]);
}

/** A field may be called `not` too: then it holds comparisons, whose values are no filters. */
function isNegation(filter: MetadataFilter): filter is { not: MetadataFilter } {
  if (!("not" in filter) || Object.keys(filter).length > 1) return false;
  return Object.keys(filter.not).every((key) => !OPERATORS.has(key));
}

const OPERATORS = new Set(["eq", "ne", "in", "nin", "gt", "gte", "lt", "lte", "exists"]);

/** The value at a path with dots; a field whose own name has the dots comes first. */
function readPath(metadata: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(metadata, path)) return metadata[path];
  let value: unknown = metadata;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

function meets(field: unknown, comparison: Comparison): boolean {
  const values: unknown[] = Array.isArray(field) ? field : [field ?? null];
  const some = (test: (value: unknown) => boolean) => values.some(test);
  const { eq, ne, in: among, nin, gt, gte, lt, lte, exists } = comparison;
  return (
    (eq === undefined || some((value) => value === eq)) &&
    (ne === undefined || !some((value) => value === ne)) &&
    (among === undefined || some((value) => among.some((option) => option === value))) &&
    (nin === undefined || !some((value) => nin.some((option) => option === value))) &&
    (gt === undefined || some((value) => order(value, gt) > 0)) &&
    (gte === undefined || some((value) => order(value, gte) >= 0)) &&
    (lt === undefined || some((value) => order(value, lt) < 0)) &&
    (lte === undefined || some((value) => order(value, lte) <= 0)) &&
    (exists === undefined || exists === (field !== undefined && field !== null))
  );
}

/** Negative, zero or positive; not a number where there is no order, which no comparison meets. */
function order(value: unknown, bound: string | number): number {
  if (typeof value !== typeof bound) return Number.NaN;
  if (value === bound) return 0;
  return (value as string | number) < bound ? -1 : 1;
}
