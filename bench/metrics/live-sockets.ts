import type { LocalWorker } from "../../scripts/local-worker.ts";
import { ServerFrame } from "../../workers/contract/live.ts";
import { MetricsAccepted } from "../../workers/contract/metrics.ts";
import { runtimeResidentBytes } from "../process-memory.ts";
import { type Spread, spreadOf } from "../requests.ts";

/** Sockets that all listen to one series. */
export interface FanOut {
  sockets: number;
  openedASecond: number;
  /** Milliseconds from sending a sample until a socket has it, over all sockets and samples. */
  latency: Spread;
  /** Of the runtime, for each socket that was opened; null where the system does not tell. */
  bytesASocket: number | null;
}

const NAME = "live_bench";
const SAMPLES = 20;
const OPENED_AT_ONCE = 50;

export async function measureFanOut(worker: LocalWorker, count: number): Promise<FanOut> {
  const before = runtimeResidentBytes();
  const startedAt = performance.now();
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    const missing = Math.min(OPENED_AT_ONCE, count - listeners.length);
    listeners.push(...(await Promise.all(Array.from({ length: missing }, () => listen(worker)))));
  }
  const openedASecond = (count * 1000) / (performance.now() - startedAt);
  const latencies: number[] = [];
  for (let sample = 1; sample <= SAMPLES; sample += 1) {
    const sentAt = performance.now();
    const heard = listeners.map(async (listener) => {
      await listener.heard(String(sample));
      latencies.push(performance.now() - sentAt);
    });
    await worker.client.send("POST", "/api/v1/metrics/ingest", MetricsAccepted, {
      name: NAME,
      value: sample,
    });
    await Promise.all(heard);
  }
  const after = runtimeResidentBytes();
  for (const listener of listeners) listener.close();
  return {
    sockets: count,
    openedASecond,
    latency: spreadOf(latencies),
    bytesASocket: before === null || after === null ? null : (after - before) / count,
  };
}

interface Listener {
  /** Resolves when a sample with this value has come. */
  heard(value: string): Promise<void>;
  close(): void;
}

async function listen(worker: LocalWorker): Promise<Listener> {
  const url = new URL("ws/metrics", worker.url);
  url.protocol = "ws:";
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${worker.access.key}` } });
  const waiting = new Map<string, () => void>();
  await new Promise<void>((resolve, reject) => {
    socket.onerror = () => reject(new Error("A socket broke."));
    socket.onclose = () => reject(new Error("A socket was closed."));
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "subscribe", id: "a", topic: "metrics", selector: NAME }));
    socket.onmessage = ({ data }) => {
      const frame = ServerFrame.parse(JSON.parse(String(data)));
      if (frame.type === "subscribed") resolve();
      if (frame.type !== "events") return;
      for (const event of frame.events) if ("value" in event) waiting.get(String(event.value))?.();
      if (frame.acknowledge) socket.send(JSON.stringify({ type: "acknowledge", sequence: frame.sequence }));
    };
  });
  return {
    heard: (value) => new Promise((resolve) => waiting.set(value, resolve)),
    close() {
      socket.onclose = null;
      socket.close();
    },
  };
}
