import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { localSecrets } from "../scripts/local-secrets.ts";
import { ROOT } from "../scripts/root.ts";
import { ORIGIN, signCheckpoint } from "../workers/audit/checkpoint.ts";
import { checkpointLine, eventLine } from "../workers/audit/export-line.ts";
import { CompactRange, hashLeaf } from "../workers/audit/merkle.ts";
import { noteSigner } from "../workers/audit/signed-note.ts";
import { verifyExport } from "../workers/audit/verify.ts";
import { syntheticEvents } from "./synthetic-events.ts";

export interface AuditSpeed {
  /** Appended from a Worker, each call acknowledged as durable before the caller makes the next. */
  appendsASecond: { oneByOne: number; atOnce: number; inBatches: number };
  verification: { events: number; bytes: number; seconds: number; peakBytes: number };
}

const CALLERS = 64;
const BATCH = 500;
const EVENTS_A_PIECE = 1_000;
const MB = 1024 * 1024;

/**
 * @param appended how many events are appended in batches; fewer one by one
 * @param verified how many events the verified export has
 */
export async function measureAudit(appended: number, verified: number): Promise<AuditSpeed> {
  return {
    appendsASecond: await measureAppends(appended),
    verification: await measureVerification(verified),
  };
}

export function formatAudit({ appendsASecond, verification }: AuditSpeed): string {
  const { oneByOne, atOnce, inBatches } = appendsASecond;
  const { events, bytes, seconds, peakBytes } = verification;
  return [
    "Audit, events a second that the log has made durable",
    `  one call after the other ${oneByOne.toFixed(0)}; ${CALLERS} callers at once ${atOnce.toFixed(0)}; ` +
      `${BATCH} a call ${inBatches.toFixed(0)}`,
    `  verifying an export of ${events.toLocaleString("en")} events (${(bytes / MB).toFixed(0)} MB): ` +
      `${seconds.toFixed(1)} s, ${(peakBytes / MB).toFixed(0)} MB resident`,
  ].join("\n");
}

/** Boots the log beside the driver, in a runtime of its own with its data on disk. */
async function measureAppends(count: number): Promise<AuditSpeed["appendsASecond"]> {
  const dataDir = await mkdtemp(join(tmpdir(), "almanac-audit-"));
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      cf: false,
      port: 0,
      resourcePersistencePath: dataDir,
      workers: [
        {
          name: "audit-driver",
          compatibilityDate: "2026-11-02",
          compatibilityFlags: ["nodejs_compat"],
          modules: [{ type: "ESModule", path: "driver.js", contents: await bundleDriver() }],
          r2Buckets: ["DOCUMENTS"],
          bindings: { ...localSecrets(), ENVIRONMENT: "test", LOG_LEVEL: "error" },
          durableObjects: { AUDIT_LOG: { className: "AuditLog", useSQLite: true } },
        },
      ],
    }),
  );
  try {
    const url = await miniflare.ready;
    const rate = async (events: number, callers: number, batch: number) => {
      const startedAt = performance.now();
      const response = await fetch(new URL(`/?events=${events}&callers=${callers}&batch=${batch}`, url));
      if (!response.ok) throw new Error(`Nothing was appended: ${await response.text()}`);
      return (events / (performance.now() - startedAt)) * 1000;
    };
    await rate(BATCH, 1, BATCH);
    return {
      oneByOne: await rate(count / 20, 1, 1),
      atOnce: await rate(count / 2, CALLERS, 1),
      inBatches: await rate(count, 4, BATCH),
    };
  } finally {
    await miniflare.dispose();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function bundleDriver(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents:
        'export { default } from "./bench/audit-driver.ts"; export { AuditLog } from "./durable-objects/audit-log.ts";',
      resolveDir: ROOT,
    },
    bundle: true,
    write: false,
    format: "esm",
    conditions: ["workerd"],
    external: ["cloudflare:*", "node:*"],
  });
  return outputFiles.map(({ text }) => text).join("");
}

/** Verifies an export that is made while it is read; the time of making it is not counted. */
async function measureVerification(count: number): Promise<AuditSpeed["verification"]> {
  const signer = await noteSigner(ORIGIN, randomBytes(32).toString("base64url"));
  let making = 0;
  let bytes = 0;
  let peakBytes = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const tree = new CompactRange();
    const events = syntheticEvents();
    let startedAt = performance.now();
    for (let made = 0; made < count; ) {
      const lines: string[] = [];
      for (; lines.length < EVENTS_A_PIECE && made < count; made += 1) {
        const { event, opened } = events.next().value;
        tree.append(hashLeaf(event.leaf));
        lines.push(`${eventLine(made, event.leaf, opened)}\n`);
      }
      const piece = Buffer.from(lines.join(""));
      bytes += piece.byteLength;
      peakBytes = Math.max(peakBytes, process.memoryUsage().rss);
      making += performance.now() - startedAt;
      yield piece;
      startedAt = performance.now();
    }
    const root = tree.root();
    const note = await signCheckpoint(signer, { size: count, root });
    const root_hash = Buffer.from(root).toString("base64");
    yield Buffer.from(`${checkpointLine({ size: count, root_hash, note })}\n`);
  }
  const startedAt = performance.now();
  const { events, faults } = await verifyExport(pieces(), { verifierKey: signer.verifierKey, pins: [] });
  const seconds = (performance.now() - startedAt - making) / 1000;
  if (faults.length > 0) throw new Error(`The synthetic export does not hold: ${JSON.stringify(faults[0])}`);
  return { events, bytes, seconds, peakBytes };
}
