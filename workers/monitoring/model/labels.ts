/** The label that holds a metric's name. */
export const METRIC_NAME = "__name__";

const SEPARATOR = "\u00ff";
/** Half of a character: no text has it alone. Keys with it take twice the room. */
const RARE_SEPARATOR = "\ud800";

/**
 * A set of labels: names and values in turn, sorted by name, no name twice, no empty value (Prometheus takes an empty
 * value for an absent label). Never changed once made, so that it can be shared and used by its key.
 *
 * @example Labels.of({ __name__: "up", job: "api" }).get("job") // "api"
 */
export class Labels {
  static readonly EMPTY = new Labels([]);

  /** name, value, name, value… sorted by name in code unit order. */
  readonly flat: readonly string[];
  #key: string | null = null;

  /** Trusts its argument: it is flat, sorted, and free of empty values. {@link Labels.of} takes anything. */
  constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  static of(labels: Readonly<Record<string, string>>): Labels {
    return Labels.from(Object.entries(labels));
  }

  /** Of two pairs with one name, the later one holds. */
  static from(pairs: Iterable<readonly [name: string, value: string]>): Labels {
    const byName = new Map(pairs);
    const names = [...byName.keys()].filter((name) => byName.get(name) !== "").sort();
    return names.length === 0
      ? Labels.EMPTY
      : new Labels(names.flatMap((name) => [name, byName.get(name) ?? ""]));
  }

  /** Equal for equal sets, different for different ones. */
  get key(): string {
    this.#key ??= this.flat.join(
      this.flat.some((text) => text.includes(SEPARATOR)) ? RARE_SEPARATOR : SEPARATOR,
    );
    return this.#key;
  }

  get size(): number {
    return this.flat.length / 2;
  }

  /** "" where there is no such label. */
  get(name: string): string {
    const { flat } = this;
    for (let at = 0; at < flat.length; at += 2) if (flat[at] === name) return flat[at + 1] ?? "";
    return "";
  }

  has(name: string): boolean {
    return this.get(name) !== "";
  }

  get metricName(): string {
    return this.get(METRIC_NAME);
  }

  *[Symbol.iterator](): Generator<[name: string, value: string]> {
    for (let at = 0; at < this.flat.length; at += 2) yield [this.flat[at] ?? "", this.flat[at + 1] ?? ""];
  }

  toObject(): Record<string, string> {
    return Object.fromEntries(this);
  }

  /** An empty value removes the label. */
  with(name: string, value: string): Labels {
    return this.get(name) === value ? this : Labels.from([...this, [name, value]]);
  }

  keep(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => names.has(name));
  }

  drop(names: ReadonlySet<string>): Labels {
    return this.#filter((name) => !names.has(name));
  }

  withoutName(): Labels {
    return this.has(METRIC_NAME) ? this.#filter((name) => name !== METRIC_NAME) : this;
  }

  #filter(keeps: (name: string) => boolean): Labels {
    const flat: string[] = [];
    for (let at = 0; at < this.flat.length; at += 2) {
      const name = this.flat[at] ?? "";
      if (keeps(name)) flat.push(name, this.flat[at + 1] ?? "");
    }
    if (flat.length === this.flat.length) return this;
    return flat.length === 0 ? Labels.EMPTY : new Labels(flat);
  }
}
