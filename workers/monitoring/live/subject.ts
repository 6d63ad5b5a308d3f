import type { LiveTopic } from "../../contract/live.ts";
import type { Matcher } from "../model/matcher.ts";
import { parseSelector } from "../promql/syntax/selectors.ts";

/** What somebody can subscribe to: a topic, of metrics the series that a selector takes. */
export interface Subject {
  readonly topic: LiveTopic;
  /** Null for topics that have none. */
  readonly selector: string | null;
}

/** Equal for equal subjects, so that those who want the same share the work. */
export const subjectKey = ({ topic, selector }: Subject): string => `${topic} ${selector ?? ""}`;

/** @throws PromqlSyntaxError for a selector that is none */
export const matchersOf = ({ selector }: Subject): readonly Matcher[] =>
  selector === null ? [] : parseSelector(selector);
