import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../cli/client.ts";
import { ingestFiles } from "../cli/ingest.ts";
import { formatAnswer, progressBar } from "../cli/terminal.ts";
import { build } from "./build.ts";
import { startLocalWorker } from "./local-worker.ts";
import { ROOT } from "./root.ts";

const SAMPLES = "samples";
const NOT_INGESTED = new Set(["README.md", "golden.jsonl"]);
const QUESTION = "How many passengers travelled between Port Ellery and Osk in 2025?";
const ADMIN = "admin@localhost";
const SCHEDULE_MS = 60_000;

/** Sets everything up, serves, and shows the main job once: the samples ingested, one question answered. */
async function start(): Promise<void> {
  const port = Number(process.env.PORT ?? 8787);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT is "${process.env.PORT}"; set a number from 0 to 65535.`);
  // Wrangler would name the files that it reads.
  process.env.WRANGLER_LOG ??= "error";
  process.stdout.write("Building …\n");
  build();
  const worker = await startLocalWorker({
    dataDir: join(ROOT, ".almanac"),
    port,
    vars: { LOG_LEVEL: process.env.LOG_LEVEL ?? "warn" },
  });
  const schedules = setInterval(() => void worker.runSchedules().catch(report), SCHEDULE_MS);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    clearInterval(schedules);
    await worker.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());
  // A signal to npm alone ends its shell and not us: without them there is nobody left to end this.
  const parent = process.ppid;
  const isRunByNpm = process.env.npm_lifecycle_event !== undefined;
  if (isRunByNpm) setInterval(() => process.ppid !== parent && void stop(), 500).unref();

  await worker.runSchedules();
  await showMainJob(worker.client);
  const address = `http://localhost:${worker.url.port}`;
  process.stdout.write(`\nAlmanac serves at ${address}  (API reference: ${address}/docs). Ctrl-C ends it.\n`);
  process.stdout.write(
    worker.access.link === null
      ? `To sign in: npm run almanac -- users link ${ADMIN}\n`
      : `Sign in, once and within a day: ${worker.access.link.replace(worker.url.origin, address)}\n`,
  );
}

async function showMainJob(client: Client): Promise<void> {
  const files = readdirSync(join(ROOT, SAMPLES), { withFileTypes: true })
    .filter((entry) => entry.isFile() && !NOT_INGESTED.has(entry.name))
    .map(({ name }) => ({ path: join(ROOT, SAMPLES, name), name }));
  const known = await client.collection(SAMPLES);
  if (known === null || known.documents.ready < files.length) {
    const report = await ingestFiles(client, SAMPLES, files, progressBar("Ingesting samples", files.length));
    for (const { name, reason } of report.failed)
      process.stderr.write(`${name} could not be ingested: ${reason}\n`);
  }
  const answer = await client.ask({ question: QUESTION, collection: SAMPLES });
  process.stdout.write(`\n${formatAnswer(QUESTION, answer)}\n`);
}

function report(error: unknown): void {
  process.stderr.write(`The schedules failed: ${String(error)}\n`);
}

try {
  await start();
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  const inUse = code === "ERR_ADDRESS_IN_USE" || code === "EADDRINUSE";
  const advice = inUse
    ? "The port is in use. Set another one: PORT=8788 npm start"
    : `Almanac could not start: ${message}`;
  process.stderr.write(`${advice}\n`);
  process.exit(1);
}
