import { AppError } from "../errors.ts";
import { BoundedMap } from "./bounded-map.ts";

const AT_ONCE = 20;
/** The runtime stops a stream for good when its reader goes away: one that says nothing for so long is over. */
const SILENT_MS = 10_000;
/** Whoever is forgotten starts anew. */
const CAPACITY = 10_000;

/** A stream that is counted. It must say every few seconds that it goes on. */
export interface OpenStream {
  goesOn(): void;
  end(): void;
}

/**
 * Counts how many streams somebody has open in this isolate: each asks the database as long as it lasts, while it is
 * one request to the rate limit.
 *
 * @param now epoch milliseconds
 */
export function openStreams(now: () => number = Date.now) {
  const readers = new BoundedMap<Map<symbol, number>>(CAPACITY);

  return {
    /** @throws AppError `rate_limit_exceeded` when the reader has as many as anybody may */
    open(reader: string): OpenStream {
      const streams = readers.get(reader) ?? new Map<symbol, number>();
      readers.set(reader, streams);
      for (const [stream, heardOf] of streams) if (now() - heardOf > SILENT_MS) streams.delete(stream);
      if (streams.size >= AT_ONCE) throw tooMany();
      const stream = Symbol();
      streams.set(stream, now());
      return {
        goesOn: () => void streams.set(stream, now()),
        end: () => void streams.delete(stream),
      };
    },
  };
}

const tooMany = () =>
  new AppError("rate_limit_exceeded", {
    detail: `You have ${AT_ONCE} streams open already. Close one, or ask without \`Accept: text/event-stream\`.`,
    extensions: { retry_after: SILENT_MS / 1_000 },
  });
