import type { Matcher } from "../model/matcher.ts";

/** So many series are known to be taken or not, and so many characters of labels; more and it is found out anew. */
const MAX_KNOWN = 50_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;
/** So many more selectors may be gone than are left before all is found out anew. */
const MAX_GONE = 100;

/** A selector in an index, and for whom it is. */
export interface Entry<Target> {
  readonly matchers: readonly Matcher[];
  readonly name: string | null;
  readonly target: Target;
  isGone: boolean;
}

/** A series, and for whom it was selected. */
export interface Selected<Target> {
  /** Names and values in turn; none where nobody selected it. */
  readonly labels: readonly string[];
  readonly targets: readonly Target[];
}

interface Known<Target> extends Selected<Target> {
  readonly entries: readonly Entry<Target>[];
  /** How many of the entries, gone ones among them, it was compared with. */
  readonly compared: number;
  /** Of the index, when that was found out. */
  readonly version: number;
}

/** The metric that a selector says it is about; null for those that are compared with every series. */
export const metricNameOf = (matchers: readonly Matcher[]): string | null =>
  matchers.find(({ name, operator, value }) => name === "__name__" && operator === "=" && value !== "")
    ?.value ?? null;

/**
 * Finds out which of many selectors take a series. The same series come again and again: each is compared once with
 * each selector, so that those who subscribe and unsubscribe all the time cost little.
 */
export class SelectorIndex<Target> {
  readonly #known = new Map<string, Known<Target>>();
  #entries: Entry<Target>[] = [];
  readonly #byName = new Map<string | null, Entry<Target>[]>();
  #gone = 0;
  #version = 0;
  #characters = 0;

  add(matchers: readonly Matcher[], target: Target): Entry<Target> {
    const entry = { matchers, name: metricNameOf(matchers), target, isGone: false };
    this.#version += 1;
    this.#entries.push(entry);
    const sameName = this.#byName.get(entry.name);
    if (sameName === undefined) this.#byName.set(entry.name, [entry]);
    else sameName.push(entry);
    return entry;
  }

  remove(entry: Entry<Target>): void {
    if (entry.isGone) return;
    entry.isGone = true;
    this.#version += 1;
    this.#gone += 1;
    const sameName = this.#byName.get(entry.name)?.filter((other) => other !== entry) ?? [];
    if (sameName.length > 0) this.#byName.set(entry.name, sameName);
    else this.#byName.delete(entry.name);
    if (this.#gone <= this.#entries.length - this.#gone + MAX_GONE) return;
    this.#entries = this.#entries.filter(({ isGone }) => !isGone);
    this.#gone = 0;
    this.#forget();
  }

  /**
   * @param key stands for the series
   * @param readLabels its labels, asked for when they are needed
   */
  select(key: string, readLabels: () => readonly string[]): Selected<Target> {
    const known = this.#known.get(key);
    if (known?.version === this.#version) return known;
    const labels = known === undefined || known.labels.length === 0 ? readLabels() : known.labels;
    const entries = known === undefined ? this.#entriesOf(labels) : this.#entriesSince(known, labels);
    const found: Known<Target> = {
      labels: entries.length === 0 ? [] : labels,
      targets: [...new Set(entries.map(({ target }) => target))],
      entries,
      compared: this.#entries.length,
      version: this.#version,
    };
    if (known !== undefined) this.#characters -= sizeOf(key, known);
    if (this.#known.size >= MAX_KNOWN || this.#characters + sizeOf(key, found) > MAX_CHARACTERS)
      this.#forget();
    this.#known.set(key, found);
    this.#characters += sizeOf(key, found);
    return found;
  }

  #entriesOf(labels: readonly string[]): Entry<Target>[] {
    const sameName = this.#byName.get(labelValue(labels, "__name__")) ?? [];
    const unnamed = this.#byName.get(null) ?? [];
    return [...sameName, ...unnamed].filter(({ matchers }) => takes(matchers, labels));
  }

  #entriesSince({ entries, compared }: Known<Target>, labels: readonly string[]): Entry<Target>[] {
    const name = labelValue(labels, "__name__");
    const more = this.#entries
      .slice(compared)
      .filter((entry) => entry.name === null || entry.name === name)
      .filter(({ isGone, matchers }) => !isGone && takes(matchers, labels));
    return [...entries.filter(({ isGone }) => !isGone), ...more];
  }

  #forget(): void {
    this.#known.clear();
    this.#characters = 0;
  }
}

const sizeOf = (key: string, { labels }: Selected<unknown>): number =>
  labels.reduce((sum, text) => sum + text.length, key.length);

/** Whether a selector takes a series. @param labels names and values in turn */
export const takes = (matchers: readonly Matcher[], labels: readonly string[]): boolean =>
  matchers.every(({ name, matches }) => matches(labelValue(labels, name)));

function labelValue(labels: readonly string[], name: string): string {
  for (let at = 0; at < labels.length; at += 2) if (labels[at] === name) return labels[at + 1] ?? "";
  return "";
}
