import { JobDetail } from "./contract.ts";
import { fetchJson } from "./request.ts";

export const fetchJob = (id: string, signal?: AbortSignal) =>
  fetchJson(JobDetail, `/api/v1/ingestion/jobs/${encodeURIComponent(id)}`, signal ? { signal } : {});
