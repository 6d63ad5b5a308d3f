import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { AuditLog } from "../../durable-objects/audit-log.ts";
import { openCheckpoint } from "../../workers/audit/checkpoint.ts";
import type { PreparedEvent } from "../../workers/audit/event.ts";
import { encodeLeaf, type Leaf } from "../../workers/audit/leaf.ts";
import type { LogQuery } from "../../workers/audit/log-port.ts";
import { CompactRange, hashLeaf, verifyInclusion } from "../../workers/audit/merkle.ts";
import { encodeEntries } from "../../workers/audit/tile-layout.ts";

let opened = 0;
const openLog = () => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(`log ${opened++}`));

const START = Date.UTC(2026, 10, 21);
let made = 0;

function eventOf(more: Partial<Leaf> = {}): PreparedEvent {
  made += 1;
  const id = `evt_${String(made).padStart(8, "0")}`;
  const createdAt = START + made * 1000;
  const leaf: Leaf = {
    id,
    time: new Date(createdAt).toISOString(),
    action: "document.read",
    result: "success",
    actor: { kind: "user", id: "usr_ada", user_id: "usr_ada" },
    target: { kind: "document", id: "doc_1" },
    request_id: null,
    detail: {},
    sealed: [],
    ...more,
  };
  return { id, leaf: encodeLeaf(leaf), createdAt };
}

const eventsOf = (count: number) => Array.from({ length: count }, () => eventOf());

function rootOf(leaves: readonly string[]): string {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(hashLeaf(leaf));
  return Buffer.from(range.root()).toString("base64");
}

async function entriesOf(log: DurableObjectStub<AuditLog>) {
  return log.entries(0, 10_000);
}

const everything: LogQuery = {
  limit: 100,
  before: null,
  action: null,
  actor: null,
  target: null,
  result: null,
  from: null,
  to: null,
};

describe("AuditLog", () => {
  it("keeps events in the order in which they came, each once", async () => {
    const log = openLog();
    const events = eventsOf(5);
    await log.append(events.slice(0, 3));
    await log.append(events);
    await log.append([...events.slice(4), ...events.slice(4)]);
    expect(await entriesOf(log)).toEqual(events.map(({ leaf }, sequence) => ({ sequence, leaf })));
  });

  it("loses and repeats nothing of what is appended at once", async () => {
    const log = openLog();
    const events = eventsOf(200);
    const calls = events.map((event, i) => log.append([event, ...events.slice(i - 2, i)]));
    await Promise.all(calls);
    const entries = await entriesOf(log);
    expect(entries.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i));
    expect(new Set(entries.map(({ leaf }) => leaf))).toEqual(new Set(events.map(({ leaf }) => leaf)));
    const { root_hash } = await log.sign();
    expect(root_hash).toBe(rootOf(entries.map(({ leaf }) => leaf)));
  });

  it("refuses what is no event, and takes the others of the same call", async () => {
    const log = openLog();
    const events = eventsOf(2);
    const strays = [
      { id: "evt_stray", leaf: "{}", createdAt: START },
      { ...eventOf(), id: "evt_other" },
      { id: "evt_text", leaf: "no JSON", createdAt: START },
    ];
    const { refused } = await log.append([...events, ...strays]);
    expect(refused).toEqual(["evt_stray", "evt_other", "evt_text"]);
    expect(await entriesOf(log)).toHaveLength(2);
  });

  it("loses nothing when it is stopped at any moment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.integer({ min: 1, max: 300 }), stop: fc.boolean() }), {
          minLength: 1,
          maxLength: 5,
        }),
        async (steps) => {
          const log = openLog();
          const acknowledged: PreparedEvent[] = [];
          for (const { size, stop } of steps) {
            const events = eventsOf(size);
            await log.append(events);
            acknowledged.push(...events);
            if (stop) await evictDurableObject(log);
          }
          const leaves = (await entriesOf(log)).map(({ leaf }) => leaf);
          expect(leaves).toEqual(acknowledged.map(({ leaf }) => leaf));
          expect((await log.sign()).root_hash).toBe(rootOf(leaves));
        },
      ),
      { numRuns: 8 },
    );
  });

  it("goes on as if nothing had happened after a write that failed", async () => {
    const log = openLog();
    const events = eventsOf(3);
    await log.append(events.slice(0, 1));
    await runInDurableObject(log, (_, { storage }) => {
      storage.sql.exec(
        "CREATE TRIGGER broken BEFORE INSERT ON tile BEGIN SELECT raise(ABORT, 'the disk is full'); END",
      );
    });
    await expect(runInDurableObject(log, (instance: AuditLog) => instance.append(events))).rejects.toThrow(
      "the disk is full",
    );
    await runInDurableObject(log, (_, { storage }) => void storage.sql.exec("DROP TRIGGER broken"));
    await log.append(events.slice(2));
    const leaves = (await entriesOf(log)).map(({ leaf }) => leaf);
    expect(leaves).toEqual([events[0]?.leaf, events[2]?.leaf]);
    expect((await log.sign()).root_hash).toBe(rootOf(leaves));
  });

  it("signs a checkpoint that others can verify, and the same one while nothing changes", async () => {
    const log = openLog();
    const empty = await log.checkpoint();
    expect(empty.size).toBe(0);
    const events = eventsOf(3);
    await log.append(events);
    expect(await log.checkpoint()).toEqual(empty);
    const signed = await log.sign();
    await evictDurableObject(log);
    expect(await log.sign()).toEqual(signed);
    const head = await openCheckpoint(signed.note, await log.verifierKey());
    expect(head?.size).toBe(3);
    expect(Buffer.from(head?.root ?? []).toString("base64")).toBe(rootOf(events.map(({ leaf }) => leaf)));
  });

  it("proves any event, those newer than the newest checkpoint too", async () => {
    const log = openLog();
    const events = eventsOf(600);
    await log.append(events.slice(0, 500));
    await log.sign();
    await log.append(events.slice(500));
    for (const index of [0, 255, 256, 499, 500, 599]) {
      const proof = await log.proof(events[index]?.id ?? "");
      if (proof === null) throw new Error(`There is no proof of event ${index}.`);
      expect(proof.sequence).toBe(index);
      expect(proof.checkpoint.size).toBe(index < 500 ? 500 : 600);
      const root = Buffer.from(proof.checkpoint.root_hash, "base64");
      const { size } = proof.checkpoint;
      expect(verifyInclusion(hashLeaf(proof.leaf), index, size, proof.path, root)).toBe(true);
    }
    expect(await log.proof("evt_unknown")).toBeNull();
  });

  it("lists what fits all filters, newest first, page by page", async () => {
    const log = openLog();
    const byKey = { kind: "key", id: "key_1", user_id: "usr_ada" } as const;
    const events = [
      eventOf(),
      eventOf({ actor: byKey }),
      eventOf({
        action: "session.refused",
        result: "refused",
        actor: { kind: "anonymous", id: null, user_id: null },
      }),
      eventOf({ target: { kind: "document", id: "doc_2" } }),
      eventOf({ actor: { kind: "user", id: "usr_bob", user_id: "usr_bob" } }),
    ];
    // What comes late still stands at its time.
    await log.append([...events.slice(1), ...events.slice(0, 1)]);
    const found = async (query: Partial<LogQuery>) => {
      const rows = await log.list({ ...everything, ...query });
      return rows.map(({ leaf }) => events.findIndex((event) => event.leaf === leaf));
    };
    const timeOf = (place: number) => events[place]?.createdAt ?? Number.NaN;
    expect(await found({})).toEqual([4, 3, 2, 1, 0]);
    expect(await found({ actor: "usr_ada" })).toEqual([3, 1, 0]);
    expect(await found({ actor: "usr_ada", limit: 2 })).toEqual([3, 1]);
    expect(await found({ actor: "key_1" })).toEqual([1]);
    expect(await found({ target: "doc_2" })).toEqual([3]);
    expect(await found({ action: "document.read", actor: "usr_bob" })).toEqual([4]);
    expect(await found({ result: "refused" })).toEqual([2]);
    expect(await found({ from: timeOf(1), to: timeOf(3) })).toEqual([2, 1]);
    const [, second] = await log.list({ ...everything, limit: 2 });
    expect(await found({ before: { time: timeOf(3), sequence: second?.sequence ?? 0 } })).toEqual([2, 1, 0]);
  });
});

describe("what the log publishes", () => {
  beforeEach(async () => {
    const { objects } = await env.DOCUMENTS.list({ prefix: "audit/" });
    await env.DOCUMENTS.delete(objects.map(({ key }) => key));
  });

  const published = async () => {
    const { objects } = await env.DOCUMENTS.list({ prefix: "audit/" });
    return objects.map(({ key }) => key.slice("audit/".length)).sort();
  };
  const read = async (path: string) =>
    new Uint8Array((await (await env.DOCUMENTS.get(`audit/${path}`))?.arrayBuffer()) ?? []);

  it("is the tiles, the entries and the checkpoint, a minute after something was appended", async () => {
    const log = openLog();
    const events = eventsOf(600);
    await log.append(events.slice(0, 300));
    expect(await runDurableObjectAlarm(log)).toBe(true);
    expect(await published()).toEqual([
      "checkpoint",
      "tile/0/000",
      "tile/0/001.p/44",
      "tile/1/000.p/1",
      "tile/entries/000",
      "tile/entries/001.p/44",
    ]);
    expect(await runDurableObjectAlarm(log)).toBe(false);
    await log.append(events.slice(300));
    await runDurableObjectAlarm(log);
    expect(await published()).toEqual([
      "checkpoint",
      "tile/0/000",
      "tile/0/001",
      "tile/0/002.p/88",
      "tile/1/000.p/1",
      "tile/1/000.p/2",
      "tile/entries/000",
      "tile/entries/001",
      "tile/entries/002.p/88",
    ]);
    const leaves = events.map(({ leaf }) => leaf);
    const hashes = Buffer.concat(leaves.map(hashLeaf));
    expect(Buffer.from(await read("tile/0/001"))).toEqual(hashes.subarray(256 * 32, 512 * 32));
    expect(Buffer.from(await read("tile/0/002.p/88"))).toEqual(hashes.subarray(512 * 32));
    const roots = [leaves.slice(0, 256), leaves.slice(256, 512)].map(rootOf);
    expect(Buffer.from(await read("tile/1/000.p/2")).toString("base64")).toBe(
      Buffer.concat(roots.map((root) => Buffer.from(root, "base64"))).toString("base64"),
    );
    expect(await read("tile/entries/001")).toEqual(new Uint8Array(encodeEntries(leaves.slice(256, 512))));
    const note = Buffer.from(await read("checkpoint")).toString();
    expect((await openCheckpoint(note, await log.verifierKey()))?.size).toBe(600);
  });

  it("is made up for later when the bucket does not answer", async () => {
    const log = openLog();
    await log.append(eventsOf(10));
    await runInDurableObject(log, async (instance: AuditLog) => {
      const bindings = Reflect.get(instance, "env") as { DOCUMENTS: unknown };
      const bucket = bindings.DOCUMENTS;
      const down = { put: () => Promise.reject(new Error("the bucket is down")) };
      Reflect.set(instance, "env", { ...bindings, DOCUMENTS: down });
      await instance.alarm();
      Reflect.set(instance, "env", { ...bindings, DOCUMENTS: bucket });
    });
    expect(await published()).toEqual([]);
    expect(await runDurableObjectAlarm(log)).toBe(true);
    expect(await published()).toContain("checkpoint");
  });

  it("is taken up again by the watchdog when its alarm was lost", async () => {
    const log = openLog();
    await log.append(eventsOf(1));
    await runInDurableObject(log, (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(log);
    await log.ensureAlarm();
    expect(await runDurableObjectAlarm(log)).toBe(true);
    expect(await published()).toContain("checkpoint");
  });
});
