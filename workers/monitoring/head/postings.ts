import { decodeLabels } from "../model/label-codec.ts";
import type { Matcher } from "../model/matcher.ts";
import { growUint32 } from "./columns.ts";
import { intersectIds, markIds, NO_SERIES, type SeriesIds, subtractIds, uniteIds } from "./series-ids.ts";
import type { SeriesTable } from "./series-table.ts";

/**
 * Which series have which labels: for every name and value the sorted numbers of their series. Series are taken in
 * when somebody asks, so that appending does not wait for it. The semantics are those of Prometheus
 * (tsdb/querier.go, PostingsForMatchers): a matcher that takes "" also selects series without the label.
 */
export class Postings {
  readonly #names = new Map<string, Map<string, PostingList>>();
  readonly #all = new PostingList();
  #table: SeriesTable;
  #end = 0;

  constructor(table: SeriesTable) {
    this.#table = table;
  }

  /** Begins anew with another table, from which series are gone. */
  reset(table: SeriesTable): void {
    this.#names.clear();
    this.#all.clear();
    this.#table = table;
    this.#end = 0;
  }

  /** The series that all matchers take. */
  select(matchers: readonly Matcher[]): SeriesIds {
    this.#catchUp();
    let selected: SeriesIds | null = null;
    const excluded: SeriesIds[] = [];
    for (const matcher of matchers) {
      if (matcher.matches("")) {
        excluded.push(this.#unite(matcher.name, (value) => !matcher.matches(value)));
        continue;
      }
      const found =
        matcher.operator === "="
          ? (this.#names.get(matcher.name)?.get(matcher.value)?.ids ?? NO_SERIES)
          : this.#unite(matcher.name, matcher.matches);
      selected = selected === null ? found : intersectIds(selected, found);
      if (selected.length === 0) return NO_SERIES;
    }
    return excluded.reduce(subtractIds, selected ?? this.#all.ids);
  }

  /** The names of labels that some of the series have, sorted. */
  labelNames(among: SeriesIds): string[] {
    this.#catchUp();
    const marks = markIds([among], this.#end);
    return [...this.#names]
      .filter(([, values]) => [...values.values()].some((list) => list.touches(marks)))
      .map(([name]) => name)
      .sort();
  }

  /** The values that a label has among the series, sorted. */
  labelValues(name: string, among: SeriesIds): string[] {
    this.#catchUp();
    const marks = markIds([among], this.#end);
    return [...(this.#names.get(name) ?? [])]
      .filter(([, list]) => list.touches(marks))
      .map(([value]) => value)
      .sort();
  }

  #unite(name: string, takes: (value: string) => boolean): SeriesIds {
    const lists: SeriesIds[] = [];
    for (const [value, list] of this.#names.get(name) ?? []) if (takes(value)) lists.push(list.ids);
    return uniteIds(lists, this.#end);
  }

  #catchUp(): void {
    for (const table = this.#table; this.#end < table.end; this.#end++) {
      const series = this.#end;
      if (!table.has(series)) continue;
      this.#all.push(series);
      const { flat } = decodeLabels(table.labels(series));
      for (let at = 0; at < flat.length; at += 2) this.#list(flat[at] ?? "", flat[at + 1] ?? "").push(series);
    }
  }

  #list(name: string, value: string): PostingList {
    let values = this.#names.get(name);
    if (values === undefined) {
      values = new Map();
      this.#names.set(name, values);
    }
    let list = values.get(value);
    if (list === undefined) {
      list = new PostingList();
      values.set(value, list);
    }
    return list;
  }
}

/** Ascending numbers. Most lists have one, which then needs no array. */
class PostingList {
  #first = 0;
  #length = 0;
  #numbers: Uint32Array<ArrayBuffer> | null = null;

  push(series: number): void {
    if (this.#length === 0) this.#first = series;
    else {
      if (this.#numbers === null) this.#numbers = Uint32Array.of(this.#first, 0, 0, 0);
      if (this.#length === this.#numbers.length) this.#numbers = growUint32(this.#numbers, this.#length + 1);
      this.#numbers[this.#length] = series;
    }
    this.#length++;
  }

  clear(): void {
    this.#length = 0;
    this.#numbers = null;
  }

  /** Not copied: what is pushed later does not show in it. */
  get ids(): SeriesIds {
    if (this.#length === 0) return NO_SERIES;
    return this.#numbers?.subarray(0, this.#length) ?? Uint32Array.of(this.#first);
  }

  touches(marks: Uint8Array): boolean {
    if (this.#numbers === null) return this.#length === 1 && marks[this.#first] === 1;
    for (let at = 0; at < this.#length; at++) if (marks[this.#numbers[at] ?? 0] === 1) return true;
    return false;
  }
}
