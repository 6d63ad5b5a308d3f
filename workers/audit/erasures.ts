import type { Leaf } from "./leaf.ts";
import { isDaySubject, oldestLivingDay } from "./subject.ts";

/**
 * Whose personal data an export leaves out, and who was erased by an event of it: a line that leaves out somebody
 * else's was changed. Days lose theirs by age alone.
 */
export class Erasures {
  readonly #left = new Map<string, number>();
  readonly #erased = new Set<string>();
  #newest = 0;

  note(line: number, leaf: Leaf, opened: readonly (string | null)[]): void {
    const time = Date.parse(leaf.time);
    if (time > this.#newest) this.#newest = time;
    if (leaf.action === "user.erased" && leaf.target !== null) this.#erased.add(leaf.target.id);
    for (const [i, { subject }] of leaf.sealed.entries()) {
      if (opened[i] === null && !this.#left.has(subject)) this.#left.set(subject, line);
    }
  }

  /** The first line of each subject whose data is left out without a reason. */
  unexplained(): { line: number; subject: string }[] {
    const oldest = oldestLivingDay(this.#newest);
    return [...this.#left].flatMap(([subject, line]) => {
      const explained = isDaySubject(subject) ? subject < oldest : this.#erased.has(subject);
      return explained ? [] : [{ line, subject }];
    });
  }
}
