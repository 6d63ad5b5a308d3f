import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { verifyProof } from "../../../workers/audit/verify-proof.ts";
import type { AuditEvent, AuditProof } from "../../../workers/contract/audit.ts";
import type { Me } from "../../../workers/contract/identity.ts";
import { addText, jsonInit, ok, post, request, runSchedules, useFreshStores } from "../../support/api.ts";
import { addAdmin } from "../../support/credentials.ts";
import { elsewhere } from "../../support/elsewhere.ts";
import { addPerson, from, newAddress, PASSWORD, type Person, trySignIn } from "../../support/sign-in.ts";
import { verifyText } from "../../unit/audit/audit-fixtures.ts";
import { exportLog, listEvents, newEvents, verifierKey } from "./trail.ts";

useFreshStores();

let ada: Person;
let admin = "";

beforeEach(async () => {
  ada = await addPerson();
  admin = (await ok<Me>(request("/api/v1/auth/me"))).user?.id ?? "";
});

const byAda = (method: string, path: string, body?: object) => {
  const init = body === undefined ? { method, headers: {} } : jsonInit(method, body);
  const headers = from(newAddress(), {
    ...init.headers,
    authorization: `Bearer ${ada.session.access_token}`,
  });
  return request(path, { ...init, headers });
};

describe("an act that fails", () => {
  it("leaves no event of its success", async () => {
    const tellNew = newEvents();
    await tellNew();
    const { email, userId } = ada;
    const nobody = "usr_00000000000000000000000000";
    const { document } = await addText("a.md", "A.", { collection: "private" });
    await tellNew();
    const failing: [number, () => Promise<Response>][] = [
      [409, () => post("/api/v1/users", { email })],
      [422, () => post("/api/v1/users", { email: "none" })],
      [404, () => request(`/api/v1/users/${nobody}`, jsonInit("PATCH", { name: "x" }))],
      [404, () => request(`/api/v1/users/${nobody}?erase=true`, { method: "DELETE" })],
      [404, () => request(`/api/v1/users/${nobody}/link`, { method: "POST" })],
      [409, () => request(`/api/v1/users/${admin}`, jsonInit("PATCH", { role: "read" }))],
      [409, () => request(`/api/v1/users/${admin}`, { method: "DELETE" })],
      [404, () => request("/api/v1/groups/grp_none", { method: "DELETE" })],
      [404, () => request(`/api/v1/groups/grp_none/members/${userId}`, { method: "PUT" })],
      [
        404,
        () =>
          request(`/api/v1/collections/default/grants/user/${nobody}`, jsonInit("PUT", { level: "read" })),
      ],
      [409, () => post("/api/v1/collections", { name: "default" })],
      [404, () => request("/api/v1/documents/doc_none", { method: "DELETE" })],
      [404, () => request("/api/v1/documents/doc_none/text")],
      [422, () => request("/api/v1/settings", jsonInit("PATCH", { signing_key_days: 0 }))],
      [404, () => request("/api/v1/keys/none", { method: "DELETE" })],
      [404, () => byAda("DELETE", "/api/v1/auth/sessions/ses_none")],
      [404, () => byAda("DELETE", "/api/v1/auth/passkeys/none")],
      [422, () => byAda("PUT", "/api/v1/auth/password", { new_password: "password12345" })],
      [404, () => byAda("DELETE", `/api/v1/documents/${document.id}`)],
      [403, () => byAda("POST", "/api/v1/keys", { name: "k", scopes: ["users:manage"] })],
      [401, () => trySignIn(email, "a wrong one altogether")],
    ];
    for (const [i, [status, reply]] of failing.entries()) {
      const { status: found } = await reply();
      expect([i, found]).toEqual([i, status]);
    }
    expect((await tellNew()).filter(({ result }) => result === "success")).toEqual([]);
  });
});

describe("while the log is away", () => {
  const fail = () => Promise.reject(new Error("The log is away."));
  const away = {
    AUDIT_LOG: { idFromName: () => "log", get: () => new Proxy({}, { get: () => fail }) },
  } as unknown as Partial<Env>;

  it("acts go on, and the log hears of each once, when it is back", async () => {
    const tellNew = newEvents();
    await tellNew();
    const key = await addAdmin();
    for (const email of ["a@example.org", "b@example.org", "c@example.org"]) {
      const init = jsonInit("POST", { email }, { authorization: `Bearer ${key}` });
      await ok(elsewhere(away, "https://almanac.test/api/v1/users", init), 201);
    }
    expect(await env.DB.prepare("SELECT count(*) AS n FROM audit_outbox").first("n")).toBe(3);
    const waiting = await env.DB.prepare("SELECT * FROM audit_outbox").all<Record<string, string>>();
    await runSchedules();
    expect(await env.DB.prepare("SELECT count(*) AS n FROM audit_outbox").first("n")).toBe(0);
    // As after a crash between the log's reply and the end of the promise to deliver.
    for (const { id, leaf, created_at } of waiting.results) {
      const statement = "INSERT INTO audit_outbox (id, leaf, created_at) VALUES (?, ?, ?)";
      await env.DB.prepare(statement).bind(id, leaf, created_at).run();
    }
    await runSchedules();
    const events = await tellNew();
    expect(events.map(({ action }) => action)).toEqual(["user.created", "user.created", "user.created"]);
    expect((await verifyText(await exportLog(), await verifierKey())).faults).toEqual([]);
  });

  it("nobody is told that there were no events", async () => {
    const headers = { authorization: `Bearer ${await addAdmin()}` };
    for (const path of ["", "/export", "/checkpoint", "/proof/evt_none"]) {
      const reply = await elsewhere(away, `https://almanac.test/api/v1/audit${path}`, { headers });
      expect(reply.status, path).toBeGreaterThanOrEqual(500);
    }
  });
});

describe("the list of events", () => {
  const filters = fc.record(
    {
      action: fc.constantFrom("session.began", "user.created", "password.changed", "backup.created"),
      actor: fc.constantFrom("ada", "admin", "nobody"),
      target: fc.constantFrom("ada", "session", "nobody"),
      result: fc.constantFrom("success", "refused", "failed"),
      from: fc.nat(),
      to: fc.nat(),
    },
    { requiredKeys: [] },
  );

  it("narrows as its filters say, and pages without a gap or a repeat", async () => {
    await ok(trySignIn(ada.email, PASSWORD));
    await trySignIn(ada.email, "a wrong one altogether");
    await trySignIn("x@example.org", PASSWORD);
    const all = await listEvents();
    expect(all.length).toBeGreaterThan(5);
    const ids: Record<string, string> = {
      ada: ada.userId,
      admin,
      session: ada.session.session_id,
      nobody: "usr_none",
    };
    const timeOf = (n: number | undefined) => (n === undefined ? undefined : all[n % all.length]?.time);
    await fc.assert(
      fc.asyncProperty(filters, fc.integer({ min: 1, max: 7 }), async (chosen, limit) => {
        const { action, result } = chosen;
        const [actor, target] = [ids[chosen.actor ?? ""], ids[chosen.target ?? ""]];
        const [after, before] = [timeOf(chosen.from), timeOf(chosen.to)];
        const fits = (event: AuditEvent) =>
          (action === undefined || event.action === action) &&
          (result === undefined || event.result === result) &&
          (actor === undefined || event.actor.user_id === actor || event.actor.id === actor) &&
          (target === undefined || event.target?.id === target) &&
          (after === undefined || event.time >= after) &&
          (before === undefined || event.time < before);
        const asked = { action, result, actor, target, from: after, to: before };
        const query = Object.entries(asked).flatMap(([name, value]) =>
          value === undefined ? [] : [`&${name}=${value}`],
        );
        expect(await listEvents(query.join(""), limit)).toEqual(all.filter(fits));
      }),
      { numRuns: 40 },
    );
  });

  it("goes on where it was while new events come", async () => {
    const all = await listEvents();
    const first = await ok<{ items: AuditEvent[]; next_cursor: string }>(request("/api/v1/audit?limit=2"));
    await trySignIn(ada.email, "a wrong one altogether");
    const rest = await ok<{ items: AuditEvent[] }>(
      request(`/api/v1/audit?limit=100&cursor=${first.next_cursor}`),
    );
    expect([...first.items, ...rest.items]).toEqual(all);
  });
});

describe("what the log can show", () => {
  it("is a proof for each event, which holds for no other leaf, place or tree", async () => {
    const key = await verifierKey();
    const events = await listEvents();
    const proofs = [];
    for (const { id } of events) proofs.push(await ok<AuditProof>(request(`/api/v1/audit/proof/${id}`)));
    for (const proof of proofs) {
      expect(await verifyProof(proof, key)).toBe(true);
      const leaf = Buffer.from(proof.leaf, "base64").toString();
      const changes: Partial<AuditProof>[] = [
        { leaf: Buffer.from(leaf.replace('"success"', '"refused"')).toString("base64") },
        { leaf_index: proof.leaf_index + 1 },
        { path: proof.path.slice(1) },
        { event_id: "evt_other" },
        { checkpoint: { ...proof.checkpoint, note: proof.checkpoint.note.replace(/\n\d+\n/, "\n1\n") } },
      ];
      for (const change of changes) {
        const { leaf: changed = proof.leaf } = change;
        if (changed === proof.leaf && change.leaf !== undefined) continue;
        expect(await verifyProof({ ...proof, ...change }, key), JSON.stringify(change)).toBe(false);
      }
    }
  });

  it("is an export in which each line is JSON, each event at its place, and nothing can be changed", async () => {
    await addText("a.md", "A.");
    const text = await exportLog();
    const key = await verifierKey();
    const lines = text.trimEnd().split("\n");
    const parsed = lines.map(
      (line) => JSON.parse(line) as { sequence?: number; event?: AuditEvent; checkpoint?: { size: number } },
    );
    expect(parsed.slice(0, -1).map(({ sequence }) => sequence)).toEqual(lines.slice(1).map((_, i) => i));
    expect(parsed.at(-1)?.checkpoint?.size).toBe(lines.length - 1);
    const listed = (await listEvents()).filter(({ sequence }) => sequence < lines.length - 1).reverse();
    expect(parsed.slice(0, -1).map(({ event }) => event)).toEqual(listed);
    expect((await verifyText(text, key)).faults).toEqual([]);
    const change = fc.tuple(fc.nat(text.length - 1), fc.constantFrom(...'a0"{}\n ,'));
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        fc.pre(text[at] !== character && at < text.length - 1);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect((await verifyText(changed, key)).faults).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
    for (const without of lines.keys()) {
      const rest = lines.filter((_, i) => i !== without);
      expect((await verifyText(`${rest.join("\n")}\n`, key)).faults, `without line ${without}`).not.toEqual(
        [],
      );
    }
  });
});
