import { DurableObject } from "cloudflare:workers";
import type { Measured, OwnValue } from "../workers/monitoring/own-metrics/meter.ts";
import { type OwnTotals, TotalsBook } from "../workers/monitoring/own-metrics/totals.ts";

/** Reports are kept one by one until there are so many; then the totals are written, and the slots used again. */
const SLOTS = 64;
/** How often the totals become samples, in milliseconds. */
const SNAPSHOT_MS = 15_000;
/** So many reporters are known by the number of their last report; the ones silent longest are forgotten. */
const MAX_REPORTERS = 1_000;

interface Report {
  /** The isolate that measured. */
  from: string;
  /** Counts up with each report of an isolate: one that comes twice is added once. */
  sequence: number;
  measured: Measured;
}

interface Checkpoint {
  totals: OwnTotals;
  reporters: [from: string, sequence: number][];
  /** The number of the last report in the totals. */
  through: number;
}

/**
 * What the service measured of itself in all its isolates, added up: isolates come and go, the totals only grow. A
 * report is durable before it is acknowledged; one row is written for each.
 */
export class TelemetryTotals extends DurableObject<Env> {
  readonly #book: TotalsBook;
  readonly #reporters: Map<string, number>;
  #last: number;
  /** The number of the last report that is in the stored totals. */
  #through: number;
  #snapshotAt = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS report (slot INTEGER PRIMARY KEY, number INTEGER NOT NULL, body TEXT NOT NULL)",
    );
    const checkpoint = ctx.storage.kv.get<Checkpoint>("checkpoint");
    this.#book = new TotalsBook(checkpoint?.totals);
    this.#reporters = new Map(checkpoint?.reporters);
    this.#through = checkpoint?.through ?? 0;
    this.#last = this.#through;
    const rows = ctx.storage.sql
      .exec<{ number: number; body: string }>(
        "SELECT number, body FROM report WHERE number > ? ORDER BY number",
        this.#last,
      )
      .toArray();
    for (const { number, body } of rows) {
      this.#take(JSON.parse(body) as Report);
      this.#last = number;
    }
  }

  /**
   * Adds what an isolate measured. Sending a report again changes nothing.
   *
   * @returns whether it is time to make samples of the totals; it is so for one caller alone
   */
  report(report: Report): { isDue: boolean } {
    if (report.sequence > (this.#reporters.get(report.from) ?? 0)) {
      this.#store(report);
      this.#take(report);
    }
    const isDue = Date.now() - this.#snapshotAt >= SNAPSHOT_MS;
    if (isDue) this.#snapshotAt = Date.now();
    return { isDue };
  }

  setGauges(gauges: OwnValue[]): void {
    this.#book.setGauges(gauges);
  }

  totals(): OwnTotals {
    return this.#book.totals();
  }

  #take({ from, sequence, measured }: Report): void {
    this.#book.add(measured);
    this.#reporters.delete(from);
    this.#reporters.set(from, sequence);
    const [silent] = this.#reporters.keys();
    if (this.#reporters.size > MAX_REPORTERS && silent !== undefined) this.#reporters.delete(silent);
  }

  /** No slot is written over before what it holds is in the stored totals. */
  #store(report: Report): void {
    const number = this.#last + 1;
    const isFull = this.#last - this.#through >= SLOTS;
    this.ctx.storage.transactionSync(() => {
      if (isFull) {
        this.ctx.storage.kv.put<Checkpoint>("checkpoint", {
          totals: this.#book.totals(),
          reporters: [...this.#reporters],
          through: this.#last,
        });
      }
      this.ctx.storage.sql.exec(
        "INSERT OR REPLACE INTO report (slot, number, body) VALUES (?, ?, ?)",
        number % SLOTS,
        number,
        JSON.stringify(report),
      );
    });
    if (isFull) this.#through = this.#last;
    this.#last = number;
  }
}
