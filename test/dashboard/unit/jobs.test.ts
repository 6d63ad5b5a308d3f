import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { JobDetail } from "../../../dashboard/src/api/contract.ts";
import { useJobs } from "../../../dashboard/src/stores/jobs.ts";
import { problem, serve } from "./fake-server.ts";

const running: JobDetail = {
  id: "job_1",
  document_id: "doc_1",
  version: 1,
  collection: "default",
  state: "running",
  stage: "parse",
  percent: 20,
  attempts: 1,
  dead_lettered: false,
  created_at: "2026-11-21T10:00:00.000Z",
  updated_at: "2026-11-21T10:00:00.000Z",
  finished_at: null,
  stages: [],
};
const ready: JobDetail = { ...running, state: "ready", stage: "done", percent: 100 };
const failed: JobDetail = {
  ...running,
  state: "failed",
  reason: { code: "unreadable", message: "No text." },
};

beforeEach(() => {
  setActivePinia(createPinia());
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("follows a job to its end, tells it once, and asks no more", async () => {
  const answers = [running, ready];
  let requests = 0;
  serve(() => Response.json(answers[Math.min(requests++, 1)]));
  const jobs = useJobs();
  const ended: string[] = [];
  jobs.onFinish((job) => ended.push(job.state));
  jobs.follow("job_1");
  await vi.advanceTimersByTimeAsync(0);
  expect(jobs.known.get("job_1")?.percent).toBe(20);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(jobs.known.get("job_1")?.state).toBe("ready");
  expect(ended).toEqual(["ready"]);
  expect(requests).toBe(2);
});

it("forgets how an earlier run ended when the job begins anew", async () => {
  let current = failed;
  serve(() => Response.json(current));
  const jobs = useJobs();
  await jobs.read("job_1");
  expect(jobs.known.get("job_1")?.state).toBe("failed");
  current = ready;
  jobs.follow("job_1");
  expect(jobs.known.has("job_1")).toBe(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(jobs.known.get("job_1")?.state).toBe("ready");
});

it("goes on after a failed poll, and marks the job meanwhile", async () => {
  let isDown = true;
  serve(() =>
    isDown
      ? Response.json(problem(503, "dependency_unavailable", "Down."), { status: 503 })
      : Response.json(ready),
  );
  const jobs = useJobs();
  jobs.follow("job_1");
  await vi.advanceTimersByTimeAsync(0);
  expect(jobs.unreachable.has("job_1")).toBe(true);
  isDown = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(jobs.unreachable.has("job_1")).toBe(false);
  expect(jobs.known.get("job_1")?.state).toBe("ready");
});

it("gives up a job that is gone", async () => {
  let requests = 0;
  serve(() => {
    requests += 1;
    return Response.json(problem(404, "job_not_found", "Gone."), { status: 404 });
  });
  useJobs().follow("job_1");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(requests).toBe(1);
});
