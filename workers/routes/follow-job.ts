import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Viewer } from "../identity/principal.ts";
import { type OpenStream, openStreams } from "../limits/open-streams.ts";
import type { AppEnv } from "../middleware/context.ts";
import { viewerOf } from "./author.ts";

const SOONEST_MS = 400;
const LATEST_MS = 2_000;
/** A stream ends after so long; the client opens it again. */
const LONGEST_MS = 10 * 60_000;

const streams = openStreams();

/**
 * Sends the job at each change, until it is ready or failed. Looks at it less often the longer nothing happens.
 *
 * @throws AppError `rate_limit_exceeded` when the reader follows too many jobs
 */
export function streamJob(c: Context<AppEnv>, id: string, reader: string): Response {
  const stream = streams.open(reader);
  return streamSSE(c, async (out) => {
    out.onAbort(stream.end);
    try {
      await follow(c, id, out, stream);
    } finally {
      stream.end();
    }
  });
}

async function follow(
  c: Context<AppEnv>,
  id: string,
  out: SSEStreamingApi,
  stream: OpenStream,
): Promise<void> {
  const end = Date.now() + LONGEST_MS;
  let shown = "";
  let pause = SOONEST_MS;
  while (Date.now() < end && !out.aborted) {
    stream.goesOn();
    const viewer = await stillAllowed(c);
    if (viewer === null) return;
    const job = await c.get("services").jobs.get(viewer, id);
    const state = JSON.stringify(job);
    if (state !== shown) await out.writeSSE({ event: "job", data: state });
    if (job.state === "ready" || job.state === "failed") return;
    pause = pauseAfter(pause, state !== shown);
    shown = state;
    await out.sleep(pause);
  }
}

/** How long to wait before the next look, in milliseconds: half as long again as the last time, while nothing changes. */
export const pauseAfter = (last: number, hasChanged: boolean): number =>
  hasChanged ? SOONEST_MS : Math.min(LATEST_MS, last * 1.5);

/** What the one who follows may see by now; null once his session has ended or his key is revoked. */
async function stillAllowed(c: Context<AppEnv>): Promise<Viewer | null> {
  const claim = c.get("claim");
  if (claim === null) return viewerOf(c);
  return (await c.get("services").principals.of(claim, false))?.viewer ?? null;
}
