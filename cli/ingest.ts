import { setTimeout as wait } from "node:timers/promises";
import type { JobDetail } from "../workers/contract/ingestion.ts";
import { ApiError, type Client } from "./client.ts";

export interface FileToIngest {
  path: string;
  name: string;
}

export interface IngestReport {
  ready: number;
  failed: { name: string; reason: string }[];
}

const LOOK_EVERY_MS = 250;

/**
 * Uploads files one after the other and follows their jobs to the end.
 *
 * @param onProgress told how much of the whole is done, 0 to 1, and of how many files
 */
export async function ingestFiles(
  client: Client,
  collection: string,
  files: FileToIngest[],
  onProgress: (done: number, settled: number) => void,
): Promise<IngestReport> {
  const report: IngestReport = { ready: 0, failed: [] };
  const jobs: { name: string; id: string }[] = [];
  for (const file of files) {
    try {
      const accepted = await client.upload(file.path, { collection, name: file.name });
      jobs.push({ name: file.name, id: accepted.job.id });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      report.failed.push({ name: file.name, reason: error.message });
    }
  }
  const percents = new Map(jobs.map(({ id }) => [id, 0]));
  for (let open = jobs; open.length > 0; ) {
    const states = await Promise.all(open.map(({ id }) => client.job(id)));
    for (const job of states) percents.set(job.id, isSettled(job) ? 100 : job.percent);
    for (const [position, job] of states.entries()) {
      if (job.state === "ready") report.ready += 1;
      const name = open[position]?.name ?? job.id;
      if (job.state === "failed")
        report.failed.push({ name, reason: job.reason?.message ?? "no reason was given" });
    }
    open = open.filter((_, position) => !isSettled(states[position]));
    const sum = [...percents.values()].reduce((total, percent) => total + percent, 0);
    onProgress(
      sum / (100 * Math.max(1, jobs.length)),
      jobs.length - open.length + files.length - jobs.length,
    );
    if (open.length > 0) await wait(LOOK_EVERY_MS);
  }
  return report;
}

const isSettled = (job: JobDetail | undefined): boolean => job?.state === "ready" || job?.state === "failed";
