import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { PrometheusApi, seriesKey } from "../../bench/metrics/prometheus-api.ts";
import { REMOTE_WRITE_HEADERS, remoteWriteBody } from "../../bench/metrics/remote-write-body.ts";
import { useServer } from "./use-server.ts";

const KILLS = 3;
const SENDERS = 4;
const SERIES_A_SENDER = 50;
/** Requests that are acknowledged before each kill. */
const ACKNOWLEDGED = 20;

const server = useServer();

it("metrics whose process is killed again and again keep every sample that was acknowledged", async () => {
  const start = Date.now() - 600_000;
  const acknowledged: { sender: number; turn: number }[] = [];
  let turn = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const api = new PrometheusApi(`${server.url}prometheus`, server.key);
    const enough = acknowledged.length + ACKNOWLEDGED;
    const senders = Array.from({ length: SENDERS }, async (_, sender) => {
      for (;;) {
        const sent = turn++;
        try {
          await api.write(bodyOf(sender, sent, start), REMOTE_WRITE_HEADERS);
        } catch {
          return;
        }
        acknowledged.push({ sender, turn: sent });
      }
    });
    while (acknowledged.length < enough) await wait(5);
    await server.kill();
    await Promise.all(senders);
    await server.start();
  }

  const api = new PrometheusApi(`${server.url}prometheus`, server.key);
  const kept = await api.series("query", { query: "killed[1h]", time: String(Date.now() / 1000) });
  const lost = acknowledged.flatMap(({ sender, turn: sent }) =>
    seriesNumbers.filter((series) => {
      const points = kept.get(seriesKey(Object.fromEntries(labelsOf(sender, series)))) ?? [];
      return !points.some(
        ([time, value]) => time === (start + sent) / 1000 && value === textOf(sent, series),
      );
    }),
  );
  expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS * ACKNOWLEDGED);
  expect(lost).toEqual([]);
});

const seriesNumbers = Array.from({ length: SERIES_A_SENDER }, (_, series) => series);
const textOf = (turn: number, series: number) => String(turn * 1000 + series);

const labelsOf = (sender: number, series: number): [string, string][] => [
  ["__name__", "killed"],
  ["sender", String(sender)],
  ["series", String(series)],
];

/** One sample for each series of a sender, all of one time, which no other turn has. */
const bodyOf = (sender: number, turn: number, start: number) =>
  remoteWriteBody(
    seriesNumbers.map((series) => ({
      labels: labelsOf(sender, series),
      samples: [[start + turn, Number(textOf(turn, series))] as const],
    })),
  );
