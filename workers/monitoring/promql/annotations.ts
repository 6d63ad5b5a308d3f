import { positionIn } from "./position.ts";

/** Where in the query's text something stands: code units from its beginning, the end exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

export type AnnotationLevel = "warning" | "info";

/** Remarks that come with a result: "PromQL warning: …" and "PromQL info: …", each once, in the order they came up. */
export class Annotations {
  readonly #messages = { warning: new Set<string>(), info: new Set<string>() };
  readonly #query: string;

  constructor(query: string) {
    this.#query = query;
  }

  /** The message without "PromQL warning: " or "PromQL info: ", and without the position, which is added. */
  add(level: AnnotationLevel, message: string, { start }: TextRange): void {
    this.#messages[level].add(`PromQL ${level}: ${message} (${positionIn(this.#query, start)})`);
  }

  get warnings(): string[] {
    return [...this.#messages.warning];
  }

  get infos(): string[] {
    return [...this.#messages.info];
  }
}
