import type { Matcher } from "../model/matcher.ts";

/** So many series are known to be taken or not, and so many characters of labels; more and it is found out anew. */
const MAX_KNOWN = 50_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** A series, and for whom it was selected. */
export interface Selected<Target> {
  /** Names and values in turn; none where nobody selected it. */
  readonly labels: readonly string[];
  readonly targets: readonly Target[];
}

interface Entry<Target> {
  readonly matchers: readonly Matcher[];
  readonly target: Target;
}

/** Whether a selector says which metric it is about: others are compared with every series. */
export const metricNameOf = (matchers: readonly Matcher[]): string | null =>
  matchers.find(({ name, operator, value }) => name === "__name__" && operator === "=" && value !== "")
    ?.value ?? null;

/** Finds out which of many selectors take a series; remembers it, as the same series come again and again. */
export class SelectorIndex<Target> {
  readonly #byName = new Map<string | null, Entry<Target>[]>();
  readonly #known = new Map<string, Selected<Target>>();
  readonly #none: Selected<Target> = { labels: [], targets: [] };
  #characters = 0;

  constructor(entries: Iterable<Entry<Target>>) {
    for (const entry of entries) {
      const name = metricNameOf(entry.matchers);
      const sameName = this.#byName.get(name);
      if (sameName === undefined) this.#byName.set(name, [entry]);
      else sameName.push(entry);
    }
  }

  /**
   * @param key stands for the series
   * @param readLabels its labels, asked for when the series is not known
   */
  select(key: string, readLabels: () => readonly string[]): Selected<Target> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const labels = readLabels();
    const targets = [...new Set(this.#targetsOf(labels))];
    const found = targets.length === 0 ? this.#none : { labels, targets };
    const characters = found.labels.reduce((sum, text) => sum + text.length, key.length);
    if (this.#known.size >= MAX_KNOWN || this.#characters + characters > MAX_CHARACTERS) {
      this.#known.clear();
      this.#characters = 0;
    }
    this.#known.set(key, found);
    this.#characters += characters;
    return found;
  }

  #targetsOf(labels: readonly string[]): Target[] {
    const candidates = [
      ...(this.#byName.get(labelValue(labels, "__name__")) ?? []),
      ...(this.#byName.get(null) ?? []),
    ];
    return candidates.filter(({ matchers }) => takes(matchers, labels)).map(({ target }) => target);
  }
}

/** Whether a selector takes a series. @param labels names and values in turn */
export const takes = (matchers: readonly Matcher[], labels: readonly string[]): boolean =>
  matchers.every(({ name, matches }) => matches(labelValue(labels, name)));

function labelValue(labels: readonly string[], name: string): string {
  for (let at = 0; at < labels.length; at += 2) if (labels[at] === name) return labels[at + 1] ?? "";
  return "";
}
