import type { Head } from "../../workers/monitoring/head/head.ts";
import type { SeriesIds } from "../../workers/monitoring/head/series-ids.ts";
import { matcher } from "../../workers/monitoring/model/matcher.ts";
import type { SeriesRequest } from "../../workers/monitoring/query/shard-reader.ts";

/** The series that a request means; times are those of a series' first and newest sample. */
export function selectSeries({ table, postings }: Head, request: SeriesRequest): SeriesIds {
  const { matchers, start, end } = request;
  return postings
    .select(matchers.map(({ name, operator, value }) => matcher(name, operator, value)))
    .filter((series) => table.first(series) <= end && table.last(series) >= start);
}

/** Those from a number on. */
export function seriesFrom(ids: SeriesIds, cursor: number | null): SeriesIds {
  if (cursor === null) return ids;
  const place = ids.findIndex((series) => series >= cursor);
  return place < 0 ? ids.subarray(ids.length) : ids.subarray(place);
}
