import type { Engine } from "./engine.ts";
import { MemoryStorage } from "./memory-storage.ts";
import type { Mismatch } from "./mismatch.ts";
import { mismatchOf, runEvaluation } from "./run-evaluation.ts";
import type { Command, Evaluation, Load } from "./script.ts";
import type { Skip } from "./skips.ts";

export interface Outcome {
  readonly evaluation: Evaluation;
  readonly state: "passed" | "failed" | "skipped";
  /** Null where it passed. */
  readonly mismatch: Mismatch | null;
  /** Null where none covers the evaluation. */
  readonly skip: Skip | null;
}

/**
 * Runs the commands of a script in order. Every evaluation is run, so that a skip is known for one: it counts as
 * skipped only when it does not pass.
 */
export async function* runScript(
  commands: readonly Command[],
  makeEngine: (storage: MemoryStorage) => Engine,
  skips: readonly Skip[],
  isWanted: (evaluation: Evaluation) => boolean = () => true,
): AsyncGenerator<Outcome> {
  let storage = new MemoryStorage();
  let loaded: Load[] = [];
  for (const command of commands) {
    if (command.type === "clear") {
      storage = new MemoryStorage();
      loaded = [];
    } else if (command.type === "load") {
      storage.load(command);
      loaded.push(command);
    } else if (isWanted(command)) {
      const skip = skips.find(({ covers }) => covers(command, loaded)) ?? null;
      const mismatch = await runEvaluation(makeEngine(storage), command).then(() => null, mismatchOf);
      const unmet = skip === null ? "failed" : "skipped";
      yield { evaluation: command, state: mismatch === null ? "passed" : unmet, mismatch, skip };
    }
  }
}
