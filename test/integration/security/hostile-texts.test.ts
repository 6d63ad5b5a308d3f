import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Document } from "../../../workers/contract/documents.ts";
import type { NewUser } from "../../../workers/contract/identity.ts";
import { ROUTE_POLICIES, type RoutePolicy } from "../../../workers/identity/route-policy.ts";
import {
  addText,
  ingestAll,
  jsonInit,
  liftLimits,
  ok,
  post,
  request,
  useFreshStores,
} from "../../support/api.ts";
import { addAdmin } from "../../support/credentials.ts";
import { elsewhere } from "../../support/elsewhere.ts";

useFreshStores();

const OWN = "https://almanac.test";
const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n");

describe("texts that mean something elsewhere", () => {
  it("in the headers of a request do not turn up in sign-in links (host header poisoning)", async () => {
    const key = await addAdmin();
    const poison = {
      "x-forwarded-host": "forger.example",
      "x-forwarded-proto": "http",
      "x-original-host": "forger.example",
      forwarded: "host=forger.example;proto=http",
      host: "forger.example",
      authorization: `Bearer ${key}`,
    };
    const init = jsonInit("POST", { email: "bob@example.org" }, poison);
    const production = { ENVIRONMENT: "production" };
    const { link } = await ok<z.infer<typeof NewUser>>(
      elsewhere(production, `${OWN}/api/v1/users`, init),
      201,
    );
    expect(link.url).toBe(`${OWN}/login#link=${link.token}`);
  });

  it("in the name of a document write no header of its download (header injection)", async () => {
    const names = [
      'a"; filename="b.exe',
      "a\r\nSet-Cookie: forged=1\r\n.txt",
      "a\nX-Forged: 1.txt",
      "naïve ‮txt.exe",
      "a;b=c.txt",
    ];
    for (const name of names) {
      const added = await post("/api/v1/documents/text", { name, text: "Text." });
      if (!added.ok) {
        expect(added.status, name).toBe(422);
        continue;
      }
      const { document } = await added.json<{ document: Document }>();
      await ingestAll();
      const download = await request(`/api/v1/documents/${document.id}/content`);
      expect(download.status).toBe(200);
      expect(download.headers.getSetCookie(), name).toEqual([]);
      expect(download.headers.get("x-forged"), name).toBeNull();
      const disposition = download.headers.get("content-disposition") ?? "";
      expect(disposition, name).toMatch(/^[\x20-\x7e]*$/);
      expect(disposition.match(/filename=/g)?.length ?? 0, disposition).toBeLessThanOrEqual(1);
      expect(download.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("as ids lead nowhere (path traversal, injection)", async () => {
    await liftLimits();
    await addText("a.md", "A.");
    const paths = Object.entries<RoutePolicy>(ROUTE_POLICIES).flatMap(([route, { scope }]) => {
      const [method, path = ""] = route.split(" ");
      // A label may have any name, and no values.
      return method === "GET" && path.includes("{") && scope !== "metrics:read" ? [path] : [];
    });
    const nasty = fc.constantFrom(
      "../users",
      "../../users",
      "..\\..\\users",
      "%2e%2e/users",
      "....//users",
      "a/../../audit/key",
      "' OR '1'='1",
      "1; DROP TABLE user; --",
      "%",
      "_",
      "*",
      "__proto__",
      "constructor",
      "null",
      "\0",
      "a\r\nb",
      "𝕏".repeat(50),
      "x".repeat(3000),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), nasty, async (path, id) => {
        const reply = await request(path.replace(/\{\w+\}/g, encodeURIComponent(id)));
        expect([400, 404, 422], `${path} ${id}: ${await reply.clone().text()}`).toContain(reply.status);
      }),
      { numRuns: 200 },
    );
    expect(await count("user")).toBe(1);
  });
});
