import type { SeriesTable } from "../../workers/monitoring/head/series-table.ts";

/** First time, newest time and newest value, eight bytes each. */
const WORDS = 6;
const SERIES_A_PAGE = 40_000;

/** The door to the first and newest samples of all series, by which the next one is judged after a restart. */
export class TipStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Writes the pages with series that have changed. */
  save(table: SeriesTable, hasChanged: (series: number) => boolean): void {
    for (let page = 0; page * SERIES_A_PAGE < table.end; page++) {
      const from = page * SERIES_A_PAGE;
      const to = Math.min(table.end, from + SERIES_A_PAGE);
      let isDirty = false;
      for (let series = from; series < to && !isDirty; series++) isDirty = hasChanged(series);
      if (isDirty) this.#write(page, table, from, to);
    }
  }

  /** Puts what is stored into the table, of which it has to have the series. */
  load(table: SeriesTable): void {
    const rows = this.#sql.exec<{ page: number; bytes: ArrayBuffer }>("SELECT page, bytes FROM tip");
    for (const { page, bytes } of rows) {
      const times = new Float64Array(bytes);
      const words = new Uint32Array(bytes);
      for (let place = 0; place * WORDS < words.length; place++) {
        const series = page * SERIES_A_PAGE + place;
        if (!table.has(series)) continue;
        table.restoreTips(series, {
          first: times[place * 3] ?? 0,
          last: times[place * 3 + 1] ?? 0,
          low: words[place * WORDS + 4] ?? 0,
          high: words[place * WORDS + 5] ?? 0,
        });
      }
    }
  }

  #write(page: number, table: SeriesTable, from: number, to: number): void {
    const words = new Uint32Array((to - from) * WORDS);
    const times = new Float64Array(words.buffer);
    for (let series = from; series < to; series++) {
      const place = series - from;
      times[place * 3] = table.first(series);
      times[place * 3 + 1] = table.last(series);
      words[place * WORDS + 4] = table.lastLow(series);
      words[place * WORDS + 5] = table.lastHigh(series);
    }
    this.#sql.exec("INSERT OR REPLACE INTO tip VALUES (?, ?)", page, words.buffer);
  }
}
