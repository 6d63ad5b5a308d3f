import { positionIn } from "./position.ts";

/** Where in the query's text something stands: code units from its beginning, the end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type AnnotationLevel = "warning" | "info";

/** So many of a level are told, as Prometheus' HTTP API does it. */
const TOLD = 10;
/** Beyond so many they are not told apart any more. */
const COUNTED = 1_000;

/** Remarks that come with a result: "PromQL warning: …" and "PromQL info: …", each once, in the order they came up. */
export class Annotations {
  readonly #messages = { warning: new Set<string>(), info: new Set<string>() };
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  /** The message without "PromQL warning: " or "PromQL info: ", and without the position, which is added. */
  add(level: AnnotationLevel, message: string, { start }: TextRange): void {
    const messages = this.#messages[level];
    if (messages.size < COUNTED) {
      messages.add(`PromQL ${level}: ${message} (${positionIn(this.#query, start)})`);
    }
  }

  get warnings(): string[] {
    return this.#told("warning");
  }

  get infos(): string[] {
    return this.#told("info");
  }

  #told(level: AnnotationLevel): string[] {
    const messages = [...this.#messages[level]];
    const omitted = messages.length - TOLD;
    return omitted <= 0
      ? messages
      : [...messages.slice(0, TOLD), `${omitted} more ${level} annotations omitted`];
  }
}
