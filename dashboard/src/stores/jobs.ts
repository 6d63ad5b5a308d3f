import { defineStore } from "pinia";
import { reactive } from "vue";
import type { JobDetail } from "../api/contract.ts";
import { failureFrom } from "../api/failure.ts";
import { fetchJob } from "../api/jobs.ts";

const POLL_MS = 800;

/** Follows ingestion jobs until they end. */
export const useJobs = defineStore("jobs", () => {
  const known = reactive(new Map<string, JobDetail>());
  /** Jobs whose last poll failed: what is shown of them may be old. */
  const unreachable = reactive(new Set<string>());
  const followed = new Set<string>();
  const finishListeners = new Set<(job: JobDetail) => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** Follows a job that was under way when last heard of. What is known of an earlier run of it is forgotten. */
  function follow(id: string): void {
    if (followed.has(id)) return;
    if (hasEnded(known.get(id))) known.delete(id);
    followed.add(id);
    clearTimeout(timer);
    timer = setTimeout(poll, 0);
  }

  /** Reads a job that has ended. */
  async function read(id: string): Promise<void> {
    if (!known.has(id)) await refresh(id);
  }

  /** Calls back for every followed job that ends. Returns the function that stops it. */
  function onFinish(listener: (job: JobDetail) => void): () => void {
    finishListeners.add(listener);
    return () => finishListeners.delete(listener);
  }

  // One round of requests for all jobs: an event stream each would use up the six connections that a browser
  // allows a host, and hold back everything else.
  async function poll(): Promise<void> {
    await Promise.all([...followed].map(refresh));
    clearTimeout(timer);
    if (followed.size > 0) timer = setTimeout(poll, POLL_MS);
  }

  async function refresh(id: string): Promise<void> {
    try {
      const job = await fetchJob(id);
      known.set(id, job);
      unreachable.delete(id);
      if (!hasEnded(job)) return;
      if (!followed.delete(id)) return;
      for (const listener of finishListeners) listener(job);
    } catch (error) {
      unreachable.add(id);
      // A job that is gone, with its document, will not come back.
      if (failureFrom(error).status === 404) followed.delete(id);
    }
  }

  return { known, unreachable, follow, read, onFinish };
});

function hasEnded(job: JobDetail | undefined): boolean {
  return job?.state === "ready" || job?.state === "failed";
}
