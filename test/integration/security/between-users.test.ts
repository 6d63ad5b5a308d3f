import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Collection } from "../../../workers/contract/collections.ts";
import type { Accepted } from "../../../workers/contract/documents.ts";
import type { PasskeyOptions } from "../../../workers/contract/identity.ts";
import type { Answer, SearchAnswer } from "../../../workers/contract/queries.ts";
import { ROUTE_POLICIES, type RoutePolicy } from "../../../workers/identity/route-policy.ts";
import {
  addText,
  ingestAll,
  jsonInit,
  liftLimits,
  ok,
  post,
  problem,
  request,
  requestAs,
  useFreshStores,
} from "../../support/api.ts";
import { addSession } from "../../support/credentials.ts";
import { createPasskey } from "../../support/passkey-authenticator.ts";
import { addPerson, type Person } from "../../support/sign-in.ts";

useFreshStores();

const QUESTION = "Who keeps the keys of the lighthouse?";
const SITE = { origin: "https://almanac.test", hostName: "almanac.test" };

let ada: Person;
let bob: Person;

const as = (person: Person, path: string, init: RequestInit = {}) =>
  requestAs(person.session.access_token, path, init);
const grant = (collection: string, { userId }: Person, level: string) =>
  ok(request(`/api/v1/collections/${collection}/grants/user/${userId}`, jsonInit("PUT", { level })));

beforeEach(async () => {
  await liftLimits();
  ada = await addPerson();
  bob = await addPerson();
  for (const [owner, keeper] of [
    ["ada", "Ingrid"],
    ["bob", "Olaf"],
  ] as const) {
    await ok(post("/api/v1/collections", { name: `of-${owner}` }), 201);
    await addText("keys.md", `${keeper} keeps the keys of the lighthouse.`, { collection: `of-${owner}` });
  }
  await ok(post("/api/v1/collections", { name: "shared" }), 201);
  await grant("of-ada", ada, "manage");
  await grant("of-bob", bob, "manage");
  await grant("shared", ada, "read");
  await grant("shared", bob, "read");
  await ingestAll();
});

describe("what one user gets", () => {
  it("is never another's, to the same question in the same moment", async () => {
    const { document: forAda } = await addText("a.md", "Ingrid keeps the keys of the lighthouse.", {
      collection: "shared",
    });
    const { document: forBob } = await addText("b.md", "Olaf keeps the keys of the lighthouse.", {
      collection: "shared",
    });
    await ingestAll();
    for (const [{ id }, { userId }] of [
      [forAda, ada],
      [forBob, bob],
    ] as const) {
      await ok(request(`/api/v1/documents/${id}`, jsonInit("PATCH", { restricted: true })));
      await ok(request(`/api/v1/documents/${id}/grants/user/${userId}`, jsonInit("PUT", { level: "read" })));
    }
    const body = jsonInit("POST", { question: QUESTION, collection: "shared", explain: true });
    const rounds = Array.from({ length: 40 }, async (_, i) => {
      const [person, own, other] =
        i % 2 === 0 ? ([ada, "Ingrid", "Olaf"] as const) : ([bob, "Olaf", "Ingrid"] as const);
      const path = i % 4 < 2 ? "/api/v1/search" : "/api/v1/query";
      const text = JSON.stringify(await ok<SearchAnswer | Answer>(as(person, path, body)));
      expect(text).toContain(own);
      expect(text).not.toContain(other);
    });
    await Promise.all(rounds);
  });

  it("is never the reply to another's request of the same idempotency key", async () => {
    const send = (person: Person, collection: string) =>
      as(
        person,
        "/api/v1/documents/text",
        jsonInit("POST", { name: "note.md", text: "A note.", collection }, { "idempotency-key": "note-1" }),
      );
    const mine = await ok<Accepted>(send(ada, "of-ada"), 202);
    const theirs = await ok<Accepted>(send(bob, "of-bob"), 202);
    expect(theirs.document.id).not.toBe(mine.document.id);
    expect((await send(ada, "of-ada")).headers.get("idempotency-replayed")).toBe("true");
    // The same request as another's, with its very key: it is judged anew, by his own rights.
    const copied = await send(bob, "of-ada");
    expect([403, 404, 409, 422]).toContain(copied.status);
    expect(await copied.text()).not.toContain(mine.document.id);
  });

  it("is told of who asks, cookie or no cookie, and kept by no cache", async () => {
    for (const person of [ada, bob, ada]) {
      const me = await as(person, "/api/v1/auth/me", {
        headers: { cookie: `__Host-almanac_access=${bob.session.access_token}` },
      });
      expect(me.headers.get("cache-control")).toBe("no-store");
      expect(await me.json()).toMatchObject({ user: { id: person.userId } });
    }
  });
});

/** Bodies that the routes take, so that nothing but the right is missing. */
const BODIES: Record<string, object> = {
  "PATCH /api/v1/auth/sessions/{id}": { device_name: "mine now" },
  "PATCH /api/v1/collections/{name}": { description: "mine now" },
  "PATCH /api/v1/documents/{id}": { title: "mine now" },
  "POST /api/v1/queries/{id}/feedback": { thumb: "up" },
  "PUT /api/v1/collections/{name}/grants/{kind}/{id}": { level: "manage" },
  "PUT /api/v1/documents/{id}/grants/{kind}/{subject_id}": { level: "manage" },
};

describe("the ids of another's things (IDOR)", () => {
  const beginPasskey = () =>
    ok<z.infer<typeof PasskeyOptions>>(as(bob, "/api/v1/auth/passkeys/options", { method: "POST" }));

  /** Bob's, after ada tried to answer a challenge that he began. */
  async function addPasskey(): Promise<string> {
    const answer = async (person: Person) => {
      const { challenge_token, options } = await beginPasskey();
      const { response, passkey } = await createPasskey(SITE, options as never);
      const body = jsonInit("POST", { challenge_token, name: "p", response });
      return { id: passkey.id, reply: as(person, "/api/v1/auth/passkeys", body) };
    };
    expect(await problem((await answer(ada)).reply)).toMatchObject({ code: "passkey_refused" });
    const { id, reply } = await answer(bob);
    await ok(reply, 201);
    return id;
  }

  /** What bob has, by how paths begin. */
  async function thingsOfBob(): Promise<[start: string, id: string][]> {
    const { key } = await ok<{ key: { id: string } }>(
      as(bob, "/api/v1/keys", jsonInit("POST", { name: "k", scopes: ["ask"] })),
      201,
    );
    const passkey = await addPasskey();
    const { id: query } = await ok<Answer>(
      as(bob, "/api/v1/query", jsonInit("POST", { question: QUESTION, collection: "of-bob" })),
    );
    const { items } = await ok<{ items: { id: string; job_id: string }[] }>(
      as(bob, "/api/v1/documents?collection=of-bob"),
    );
    const { sessionId } = await addSession(bob.userId, "write");
    return [
      ["/api/v1/auth/sessions/", sessionId],
      ["/api/v1/auth/passkeys/", passkey],
      ["/api/v1/keys/", key.id],
      ["/api/v1/queries/", query],
      ["/api/v1/documents/", items[0]?.id ?? ""],
      ["/api/v1/ingestion/jobs/", items[0]?.job_id ?? ""],
      ["/api/v1/collections/", "of-bob"],
    ];
  }

  const ROUTES = Object.entries<RoutePolicy>(ROUTE_POLICIES)
    .filter(
      ([route, { role }]) => route.includes("{") && (role === "read" || role === "write" || role === "open"),
    )
    // The names of metrics and labels are nobody's in particular.
    .filter(([, { scope }]) => scope !== "metrics:read")
    .map(([route]) => route);

  const stored = async () => {
    const tables = [
      "session",
      "passkey",
      "api_key",
      "query",
      "feedback",
      "document",
      "collection",
      "access_grant",
      "job",
    ];
    const rows = await env.DB.batch(
      tables.map((table) => env.DB.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)),
    );
    return rows.map(({ results }) => results);
  };

  it("are answered as if there were no such thing, and change nothing", async () => {
    const things = await thingsOfBob();
    const before = await stored();
    for (const route of ROUTES) {
      const [method = "", path = ""] = route.split(" ");
      const [, id] = things.find(([start]) => path.startsWith(start)) ?? [];
      if (id === undefined) throw new Error(`Bob has nothing for ${route}.`);
      const reply = async (thing: string) => {
        const address = path
          .replace(/\{(id|name)\}/, thing)
          .replace("{kind}", "user")
          .replace(/\{\w+\}/, ada.userId);
        const body =
          method === "GET" || method === "DELETE" ? { method } : jsonInit(method, BODIES[route] ?? {});
        const answer = await as(ada, address, body);
        const { code, detail = "" } = await answer.json<{ code: string; detail?: string }>();
        return { status: answer.status, code, detail: detail.replaceAll(thing, "…") };
      };
      const none = id.startsWith("of-") ? "of-none" : `${id.slice(0, 4)}${"0".repeat(id.length - 4)}`;
      const answered = await reply(id);
      expect(answered.status, route).toBe(404);
      expect(answered, route).toEqual(await reply(none));
    }
    expect(await stored()).toEqual(before);
    expect(ROUTES.length).toBeGreaterThan(20);
  });

  it("in a list's filter or cursor show nothing of his", async () => {
    for (const name of ["k", "l"]) {
      await ok(as(bob, "/api/v1/keys", jsonInit("POST", { name, scopes: ["ask"] })), 201);
    }
    const { next_cursor } = await ok<{ next_cursor: string | null }>(as(bob, "/api/v1/keys?limit=1"));
    expect(next_cursor).not.toBeNull();
    expect(await ok(as(ada, `/api/v1/keys?limit=1&cursor=${next_cursor}`))).toMatchObject({ items: [] });
    expect(await problem(as(ada, `/api/v1/keys?user_id=${bob.userId}`))).toMatchObject({ status: 403 });
    for (const list of ["documents", "queries", "ingestion/jobs"]) {
      const reply = await as(ada, `/api/v1/${list}?collection=of-bob`);
      const none = await as(ada, `/api/v1/${list}?collection=of-none`);
      expect(reply.status, list).toBe(none.status);
      expect(
        (await reply.text()).replaceAll("of-bob", "of-none").replace(/"request_id":"[^"]*"/, ""),
        list,
      ).toBe((await none.text()).replace(/"request_id":"[^"]*"/, ""));
    }
    const { items } = await ok<{ items: Collection[] }>(as(ada, "/api/v1/collections"));
    expect(items.map(({ name }) => name)).not.toContain("of-bob");
  });
});
