import type { JobStage } from "../contract/ingestion.ts";
import type { StageNote } from "./ports.ts";

/** Writes down the stages of one turn: each begins where the one before it ends; what comes again adds up. */
export class StageBook {
  readonly notes: StageNote[] = [];
  readonly #now: () => number;
  #open: { stage: JobStage; startedAt: number } | null = null;

  constructor(now: () => number) {
    this.#now = now;
  }

  begin(stage: JobStage): void {
    this.close("done", null);
    this.#open = { stage, startedAt: this.#now() };
  }

  close(outcome: StageNote["outcome"], detail: string | null): void {
    if (this.#open === null) {
      if (outcome !== "done")
        this.notes.push({ stage: "queued", outcome, startedAt: this.#now(), durationMs: 0, detail });
      return;
    }
    const { stage, startedAt } = this.#open;
    this.#open = null;
    const durationMs = this.#now() - startedAt;
    const earlier = this.notes.find((note) => note.stage === stage && note.outcome === "done");
    if (earlier !== undefined && outcome === "done") earlier.durationMs += durationMs;
    else this.notes.push({ stage, outcome, startedAt, durationMs, detail });
  }
}
