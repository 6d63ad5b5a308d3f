import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deliver, deliverBacklog } from "../../../workers/audit/deliver.ts";
import type { PreparedEvent } from "../../../workers/audit/event.ts";
import { auditTrail } from "../../../workers/audit/trail.ts";
import { verifyProof } from "../../../workers/audit/verify-proof.ts";
import { AuditQuery } from "../../../workers/contract/audit.ts";
import { auditOutboxRepository, auditStatements } from "../../../workers/storage/audit/outbox.ts";
import { auditReader } from "../../../workers/storage/audit/reader.ts";
import { destroyKeyStatements, subjectKeyRepository } from "../../../workers/storage/audit/subject-keys.ts";
import { cursorCodec } from "../../../workers/storage/cursor.ts";
import { openDatabase, runBatch } from "../../../workers/storage/database.ts";
import { newId } from "../../../workers/storage/ids.ts";
import { verifyText } from "./audit-fixtures.ts";

const SECRET = "a-secret-for-tests-a-secret-for-tests";
const db = openDatabase(env.DB);
const outbox = auditOutboxRepository(db);
const keys = subjectKeyRepository(db, SECRET);

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS));

let logs = 0;
let people = 0;

/** A log, a person, and what connects them. */
function open() {
  logs += 1;
  people += 1;
  const person = `usr_${people}`;
  const log = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(`delivered ${logs}`));
  const refused: string[] = [];
  const ports = { outbox, log, refused: (ids: string[]) => void refused.push(...ids) };
  const trail = auditTrail({
    keys,
    write: (events) => outbox.write(events),
    now: Date.now,
    newId: (now) => newId("evt", now),
    request: {
      requestId: "req",
      givenRequestId: null,
      address: "203.0.113.9",
      userAgent: null,
      actor: () => ({ kind: "user", id: person, user_id: person }),
    },
  });
  return { person, log, ports, refused, trail, reader: auditReader(log, keys, cursorCodec(SECRET)) };
}

async function exported(parts: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const part of parts) text += part;
  return text;
}

const query = (more: object = {}) => AuditQuery.parse(more);

describe("the way of an event from its act to its reader", () => {
  beforeEach(async () => {
    await env.DB.exec("DELETE FROM audit_outbox");
  });

  it("leaves nothing in the outbox, and shows what was done", async () => {
    const { trail, ports, reader, person } = open();
    await trail.record({ action: "session.began", detail: { method: "password" } });
    expect(await outbox.backlog()).toMatchObject({ count: 1 });
    expect(await deliverBacklog(ports)).toBe(1);
    expect(await outbox.backlog()).toEqual({ count: 0, oldest: null });
    const { items } = await reader.list(query());
    expect(items).toMatchObject([
      {
        sequence: 0,
        action: "session.began",
        actor: { id: person },
        detail: { method: "password" },
        personal: { address: "203.0.113.9" },
        erased: false,
      },
    ]);
  });

  it("writes many events of one batch, and delivers them all in their order", async () => {
    const { trail, ports, reader } = open();
    const events: PreparedEvent[] = [];
    for (let i = 0; i < 70; i += 1)
      events.push(await trail.prepare({ action: "document.written", detail: { i } }));
    await runBatch(db, auditStatements(db, events));
    await deliver(ports, events);
    expect((await outbox.backlog()).count).toBe(0);
    const pages = [];
    let cursor: string | null = null;
    do {
      const page = await reader.list(query({ limit: 30, ...(cursor === null ? {} : { cursor }) }));
      pages.push(page.items);
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(pages.map(({ length }) => length)).toEqual([30, 30, 10]);
    expect(pages.flat().map(({ sequence }) => sequence)).toEqual(events.map((_, i) => 69 - i));
  });

  it("repeats nothing when the delivery is stopped before it is confirmed", async () => {
    const { trail, ports, reader } = open();
    await trail.record({ action: "key.created" });
    const stopped = { ...ports, outbox: { ...outbox, confirm: () => Promise.reject(new Error("stopped")) } };
    await expect(deliverBacklog(stopped)).rejects.toThrow("stopped");
    await deliverBacklog(ports);
    expect((await reader.list(query())).items).toHaveLength(1);
  });

  it("keeps an event that the log refuses, tells of it, and delivers the others", async () => {
    const { trail, ports, refused, reader } = open();
    await outbox.write([{ id: "evt_odd", leaf: "{}", createdAt: 1 }]);
    await trail.record({ action: "key.created" });
    expect(await deliverBacklog(ports)).toBe(1);
    expect(refused).toEqual(["evt_odd"]);
    expect(await outbox.backlog()).toEqual({ count: 1, oldest: 1 });
    expect((await reader.list(query())).items).toHaveLength(1);
  });

  it("gives a proof and an export that hold", async () => {
    const { trail, ports, reader } = open();
    for (let i = 0; i < 12; i += 1) await trail.record({ action: "question.asked" });
    await deliverBacklog(ports);
    const key = await reader.verifierKey();
    const [event] = (await reader.list(query())).items;
    const proof = await reader.proof(event?.id ?? "");
    expect(await verifyProof(proof, key)).toBe(true);
    expect(await verifyProof({ ...proof, leaf_index: 3 }, key)).toBe(false);
    await expect(reader.proof("evt_none")).rejects.toMatchObject({ code: "event_not_found" });
    const text = await exported(reader.exportFrom(0));
    expect(await verifyText(text, key)).toMatchObject({ events: 12, faults: [] });
    expect((await exported(reader.exportFrom(10))).split("\n")).toHaveLength(4);
  });
});

describe("the keys of subjects", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("are the same for all who make one at once", async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => keys.keyFor("usr_at_once")));
    expect(new Set(made.map((key) => Buffer.from(key ?? []).toString("hex"))).size).toBe(1);
  });

  it("are stored sealed", async () => {
    const key = await keys.keyFor("usr_sealed");
    const row = await env.DB.prepare("SELECT sealed_key FROM subject_key WHERE subject = 'usr_sealed'").first(
      "sealed_key",
    );
    expect(row).not.toContain(Buffer.from(key ?? []).toString("base64url"));
    await expect(
      subjectKeyRepository(db, "another-secret-another-secret-an").living(["usr_sealed"]),
    ).rejects.toMatchObject({
      code: "misconfigured",
    });
  });

  it("make what they were used for unreadable once destroyed, and never come back", async () => {
    const { trail, ports, reader, person } = open();
    await trail.record({ action: "session.began" });
    await deliverBacklog(ports);
    await runBatch(db, destroyKeyStatements(db, person));
    expect((await reader.list(query())).items).toMatchObject([{ personal: null, erased: true }]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_001 });
    expect(await keys.keyFor(person)).toBeNull();
    await trail.record({ action: "session.ended" });
    await deliverBacklog(ports);
    expect((await reader.list(query())).items).toMatchObject([
      { personal: null, erased: false },
      { erased: true },
    ]);
    const export_ = await exported(reader.exportFrom(0));
    expect(export_).not.toContain("203.0.113.9");
    const { faults } = await verifyText(export_, await reader.verifierKey());
    // Nobody recorded the erasure here: that is what the verifier misses.
    expect(faults.map(({ kind }) => kind)).toEqual(["withheld"]);
  });

  it("of one who never had any are not made after the erasure", async () => {
    await runBatch(db, destroyKeyStatements(db, "usr_unheard"));
    expect(await keys.keyFor("usr_unheard")).toBeNull();
  });

  it("of days are destroyed when they are 400 days old, and no others are", async () => {
    const now = Date.UTC(2026, 10, 21, 3);
    const subjects = ["day:2025-10-16", "day:2025-10-17", "day:2026-11-21", "usr_old"];
    for (const subject of subjects) await keys.keyFor(subject);
    await keys.destroyOldDays(now);
    expect([...(await keys.living(subjects)).keys()].sort()).toEqual(subjects.slice(1));
  });
});
