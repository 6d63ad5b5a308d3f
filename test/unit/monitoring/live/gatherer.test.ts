import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventRing } from "../../../../workers/monitoring/live/event-ring.ts";
import { Gatherer } from "../../../../workers/monitoring/live/gatherer.ts";
import { charactersOf, eventJson, type LiveEvent } from "../../../../workers/monitoring/live/live-event.ts";

const sampleOf = (series: number, value: number): LiveEvent => ({
  topic: "metrics",
  labels: ["__name__", "up", "job", "x".repeat(series)],
  time: value,
  value,
});
const event = fc.oneof(
  { weight: 5, arbitrary: fc.nat(6).map((series) => (at: number) => sampleOf(series, at)) },
  {
    weight: 1,
    arbitrary: fc.constant((at: number): LiveEvent => ({ topic: "alerts", time: at, data: { at } })),
  },
);
const events = fc.array(event, { maxLength: 80 }).map((made) => made.map((make, at) => make(at)));
const charactersOfAll = (all: readonly LiveEvent[]) => all.reduce((sum, one) => sum + charactersOf(one), 0);

describe("Gatherer", () => {
  it("keeps within its limits, in order, up to the newest, and says what was dropped", () => {
    const limits = { events: 20, characters: 1_500 };
    fc.assert(
      fc.property(events, (all) => {
        const gatherer = new Gatherer<LiveEvent>(limits);
        for (const one of all) gatherer.add({ events: [one], lost: [] });
        const { events: kept, lost, dropped } = gatherer.take();
        expect(kept.length).toBeLessThanOrEqual(limits.events);
        expect(charactersOfAll(kept)).toBeLessThanOrEqual(limits.characters);
        expect(kept).toEqual(all.filter((one) => kept.includes(one)));
        expect(kept.at(-1)).toBe(all.at(-1));
        expect(dropped).toBe(all.length - kept.length);
        const missing = new Set(all.filter((one) => !kept.includes(one)).map(({ topic }) => topic));
        expect(new Set(lost)).toEqual(missing);
        expect(gatherer.isEmpty).toBe(true);
      }),
    );
  });
});

describe("EventRing", () => {
  it("gives the batches after a place, all or none, within its limits", () => {
    const limits = { keepMs: 1_000, events: 10, characters: 1_500 };
    const batches = fc.array(fc.tuple(events, fc.nat(400)), { maxLength: 20 });
    fc.assert(
      fc.property(batches, fc.nat(25), (all, place) => {
        const ring = new EventRing(5, limits);
        let now = 0;
        const added = all.map(([some, ms]) => {
          now += ms;
          return ring.add(some, [], now);
        });
        const after = ring.after(place);
        if (after === null)
          expect(place > ring.sequence || place + 1 < (ring.batches[0]?.sequence ?? 1e9)).toBe(true);
        else expect(after).toEqual(added.filter(({ sequence }) => sequence > place));
        expect(ring.batches.at(-1)).toBe(added.at(-1));
        const older = ring.batches.slice(0, -1).flatMap((batch) => batch.events);
        const kept = ring.batches.flatMap((batch) => batch.events);
        if (older.length > 0) expect(kept.length).toBeLessThanOrEqual(limits.events);
        if (older.length > 0) expect(charactersOfAll(kept)).toBeLessThanOrEqual(limits.characters);
        expect(ring.batches.every(({ time }) => now - time <= limits.keepMs)).toBe(true);
        ring.forget(now + 1_001);
        expect(ring.batches).toEqual([]);
        expect(ring.after(ring.sequence)).toEqual([]);
      }),
    );
  });
});

describe("eventJson", () => {
  it("shows any labels and values", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(fc.uniqueArray(text, { minLength: 1 }), text, fc.double(), (names, labelValue, value) => {
        const labels = ["__proto__", ...names].flatMap((name) => [name, labelValue]);
        const shown = JSON.parse(eventJson({ topic: "metrics", labels, time: 1, value })) as {
          labels: Record<string, string>;
          value: string;
        };
        const expected = new Set(["__proto__", ...names]);
        expect(new Set(Object.keys(shown.labels))).toEqual(expected);
        expect(Object.values(shown.labels).every((one) => one === labelValue)).toBe(true);
        const read = Number(shown.value.replace("Inf", "Infinity"));
        expect(Object.is(read, value)).toBe(true);
      }),
    );
  });
});
