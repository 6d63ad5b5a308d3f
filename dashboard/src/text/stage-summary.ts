import type { JobDetail, JobStage } from "../api/contract.ts";

type StageRecord = JobDetail["stages"][number];

/** What a stage took over all slices of a document, or one attempt at it that did not end well. */
export interface StageLine {
  readonly stage: JobStage;
  readonly outcome: StageRecord["outcome"];
  /** How many slices the document was worked on in. */
  readonly slices: number;
  readonly milliseconds: number;
  readonly detail: string | null;
}

/** Sums a job's ledger by stage, in the order of their beginnings. Failures and retries keep lines of their own. */
export function summarizeStages(records: readonly StageRecord[]): StageLine[] {
  const lines: StageLine[] = [];
  const positions = new Map<JobStage, number>();
  for (const { stage, outcome, duration_ms, detail } of records) {
    const position = outcome === "done" ? positions.get(stage) : undefined;
    const line = position === undefined ? undefined : lines[position];
    if (position !== undefined && line) {
      const milliseconds = line.milliseconds + duration_ms;
      lines[position] = { ...line, slices: line.slices + 1, milliseconds, detail: null };
      continue;
    }
    if (outcome === "done") positions.set(stage, lines.length);
    lines.push({ stage, outcome, slices: 1, milliseconds: duration_ms, detail });
  }
  return lines;
}
