import { AppError } from "../../errors.ts";
import type { Labels } from "../model/labels.ts";

/** Intervals of all groups together: 40 MB. */
const MAX_CELLS = 2_500_000;

/** Series by some of their labels; what is known of a group is made when the first of its series comes. */
export class Groups<Cells> {
  readonly #names: ReadonlySet<string>;
  readonly #most: number;
  readonly #make: () => Cells;
  readonly #byKey = new Map<string, { labels: Labels; cells: Cells }>();

  /** @param intervals that each group has */
  constructor(labels: readonly string[], intervals: number, make: () => Cells) {
    this.#names = new Set(labels);
    this.#most = Math.floor(MAX_CELLS / intervals);
    this.#make = make;
  }

  /** @throws AppError `query_failed` where there is no room for another group */
  of(series: Labels): Cells {
    const labels = series.keep(this.#names);
    const known = this.#byKey.get(labels.key);
    if (known !== undefined) return known.cells;
    if (this.#byKey.size === this.#most) {
      throw new AppError("query_failed", {
        detail: `The answer has more than ${this.#most} groups of so many intervals. Group by fewer labels, or ask for longer intervals.`,
        extensions: { limit: this.#most },
      });
    }
    const cells = this.#make();
    this.#byKey.set(labels.key, { labels, cells });
    return cells;
  }

  [Symbol.iterator]() {
    return this.#byKey.values();
  }
}
