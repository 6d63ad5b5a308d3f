import type { JobStage, JobState } from "../api/contract.ts";

const STAGES: Record<JobStage, string> = {
  queued: "Waiting",
  scan: "Checking for malware",
  parse: "Reading the file",
  chunk: "Dividing the text",
  embed: "Computing meaning",
  index: "Indexing",
  probe: "Checking that it is found",
  switch: "Going live",
  done: "Done",
};

const STATES: Record<JobState, string> = {
  queued: "Waiting",
  running: "In progress",
  ready: "Ready",
  failed: "Failed",
};

/** What an ingestion job is doing, for people. */
export const stageLabel = (stage: JobStage): string => STAGES[stage];

/** How a document or job stands, for people. */
export const stateLabel = (state: JobState): string => STATES[state];
