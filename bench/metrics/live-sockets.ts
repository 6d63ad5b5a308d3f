import type { LocalWorker } from "../../scripts/local-worker.ts";
import type { ServerFrame } from "../../workers/contract/live.ts";
import { MetricsAccepted } from "../../workers/contract/metrics.ts";
import { runtimeResidentBytes } from "../process-memory.ts";
import { type Spread, spreadOf } from "../requests.ts";
import { withRelay } from "./bare-sockets.ts";

/** Sockets that all listen to one series. */
export interface FanOut {
  sockets: number;
  almanac: SocketFigures;
  /** The same with nothing but the runtime: what no live feed can be better than here. */
  bare: SocketFigures;
}

interface SocketFigures {
  openedASecond: number;
  /** Milliseconds from sending a sample until a socket has it, over all sockets and samples. */
  latency: Spread;
  /** Of the runtime, for each socket; null where the system does not tell. */
  bytesASocket: number | null;
}

const NAME = "live_bench";
const SAMPLES = 20;
const OPENED_AT_ONCE = 50;

/** @param withWorker runs work with a Worker whose memory is only used for this */
export async function measureFanOut(
  withWorker: (work: (worker: LocalWorker) => Promise<SocketFigures>) => Promise<SocketFigures>,
  sockets: number,
): Promise<FanOut> {
  const almanac = await withWorker((worker) => {
    const subscribe = { type: "subscribe", id: "a", topic: "metrics", selector: NAME };
    const headers = { authorization: `Bearer ${worker.access.key}` };
    return measureSockets(
      sockets,
      () => listen(new URL("ws/metrics", worker.url), headers, subscribe),
      (value) => worker.client.send("POST", "/api/v1/metrics/ingest", MetricsAccepted, { name: NAME, value }),
    );
  });
  const bare = await withRelay(async (url) => {
    const sender = await listen(url, {}, null);
    const frame = (value: number) => ({ type: "events", sequence: 0, events: [{ value: String(value) }] });
    return measureSockets(
      sockets,
      () => listen(url, {}, null),
      (value) => sender.send(frame(value)),
    );
  });
  return { sockets, almanac, bare };
}

async function measureSockets(
  count: number,
  open: () => Promise<Listener>,
  send: (value: number) => unknown,
): Promise<SocketFigures> {
  const before = runtimeResidentBytes();
  const startedAt = performance.now();
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    const missing = Math.min(OPENED_AT_ONCE, count - listeners.length);
    listeners.push(...(await Promise.all(Array.from({ length: missing }, open))));
  }
  const openedASecond = (count * 1000) / (performance.now() - startedAt);
  const latencies: number[] = [];
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    const sentAt = performance.now();
    const heard = listeners.map(async (listener) => {
      await listener.heard(String(sample));
      latencies.push(performance.now() - sentAt);
    });
    await send(sample);
    await Promise.all(heard);
  }
  const after = runtimeResidentBytes();
  for (const listener of listeners) listener.close();
  return {
    openedASecond,
    latency: spreadOf(latencies),
    bytesASocket: before === null || after === null ? null : (after - before) / count,
  };
}

interface Listener {
  /** Resolves when a sample with this value has come. */
  heard(value: string): Promise<void>;
  send(frame: object): void;
  close(): void;
}

/** @param subscribe is sent first, and waited for */
async function listen(
  address: URL,
  headers: Record<string, string>,
  subscribe: object | null,
): Promise<Listener> {
  const url = new URL(address);
  url.protocol = "ws:";
  const socket = new WebSocket(url, { headers });
  const waiting = new Map<string, () => void>();
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("A socket broke."));
    socket.onopen = () => (subscribe === null ? resolve() : send(subscribe));
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as ServerFrame;
      if (frame.type === "subscribed") resolve();
      if (frame.type !== "events") return;
      for (const event of frame.events) if ("value" in event) waiting.get(String(event.value))?.();
      if (frame.acknowledge) send({ type: "acknowledge", sequence: frame.sequence });
    };
  });
  return {
    heard: (value) => new Promise((resolve) => waiting.set(value, resolve)),
    send,
    close: () => socket.close(),
  };
}
