import type { ComponentCheck, HealthDetail, Readiness, SystemHealth } from "./contract/health.ts";
import type { Viewer } from "./identity/principal.ts";
import type { Services } from "./services.ts";
import { isolate } from "./telemetry/isolate.ts";

const CHECK_LIMIT_MS = 5000;
/** A promise in the outbox that is older than this says that the queue does not take messages. */
const MAX_BACKLOG_SECONDS = 300;

/** Tries each part that a question or a document needs. */
export async function probeAll(services: Services): Promise<Readiness> {
  const checks = Object.fromEntries(
    await Promise.all(
      Object.entries(probes(services)).map(async ([name, probe]) => [name, await timed(probe)] as const),
    ),
  );
  const down = Object.keys(checks).filter((name) => checks[name]?.ok !== true);
  return { status: down.length === 0 ? "ready" : "not_ready", checks, down };
}

const probes = (services: Services): Record<string, () => Promise<unknown>> => ({
  database: () => services.collections.place("default"),
  documents: () => services.blobs.writtenAt("0".repeat(64)),
  search_index: async () => services.index((await services.collections.place("default")).id).describe(),
  queue: async () => {
    const { oldestSeconds } = await services.outbox.backlog();
    if (oldestSeconds !== null && oldestSeconds > MAX_BACKLOG_SECONDS) {
      throw new Error(`a message has waited ${Math.round(oldestSeconds)} s to be sent`);
    }
  },
  models: () => services.embedding.embed(["ready"]),
});

async function timed(probe: () => Promise<unknown>): Promise<ComponentCheck> {
  const startedAt = performance.now();
  const elapsed = () => Math.round((performance.now() - startedAt) * 100) / 100;
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_LIMIT_MS} ms`)), CHECK_LIMIT_MS);
  try {
    await Promise.race([probe(), tooLate]);
    return { ok: true, duration_ms: elapsed() };
  } catch (error) {
    return {
      ok: false,
      duration_ms: elapsed(),
      detail: error instanceof Error ? error.message : String(error),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Readiness with the counts that an operator asks for first; zeros where the database does not answer. */
export async function inspect(services: Services, version: string): Promise<HealthDetail> {
  const readiness = await probeAll(services);
  const base = { ...readiness, version, environment: services.settings.ENVIRONMENT };
  if (readiness.checks.database?.ok !== true) {
    return {
      ...base,
      documents: { ready: 0, running: 0, failed: 0 },
      jobs: { queued: 0, running: 0, dead_lettered: 0 },
      outbox: { unsent: 0, oldest_seconds: null },
    };
  }
  const [documents, jobs, backlog] = await Promise.all([
    services.documents.counts(),
    services.jobs.counts(),
    services.outbox.backlog(),
  ]);
  return {
    ...base,
    documents,
    jobs,
    outbox: { unsent: backlog.unsent, oldest_seconds: backlog.oldestSeconds },
  };
}

/** @param viewer whose collections are shown */
export async function describeSystem(services: Services, viewer: Viewer): Promise<SystemHealth> {
  const { items } = await services.collections.list(viewer, { limit: 50 });
  const indexes = await Promise.all(
    items.map(async ({ id, name }) => {
      const { chunks, documents, segments } = await services.index(id).describe();
      return { collection: name, chunks, documents, segments };
    }),
  );
  return {
    runtime: navigator.userAgent,
    isolate: isolate.describe(),
    models: { embedding: services.embedding.id, chat: services.chat.id },
    indexes,
  };
}
