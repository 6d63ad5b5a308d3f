import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  addText,
  jsonInit,
  ok,
  post,
  problem,
  request,
  requestAs,
  send,
  useFreshStores,
} from "../../support/api.ts";
import { elsewhere } from "../../support/elsewhere.ts";
import { addPerson, from } from "../../support/sign-in.ts";

useFreshStores();

const anonymous = (headers: Record<string, string> = {}) => send("/api/v1/documents", { headers });

describe("JWK algorithm confusion (CVE-2015-9235)", () => {
  it("a token signed with the published key as the secret gets nobody in", async () => {
    const { session } = await addPerson("admin");
    const { keys } = await ok<{ keys: { kid: string; n: string }[] }>(send("/.well-known/jwks.json"));
    const [, payload = ""] = session.access_token.split(".");
    for (const { kid, n, ...rest } of keys) {
      for (const secret of [n, JSON.stringify({ kid, n, ...rest }), Buffer.from(n, "base64url")]) {
        const header = Buffer.from(JSON.stringify({ alg: "HS256", typ: "at+jwt", kid })).toString(
          "base64url",
        );
        const mac = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
        const me = requestAs(`${header}.${payload}.${mac}`, "/api/v1/auth/me");
        expect(await problem(me)).toMatchObject({ status: 401, code: "credential_invalid" });
      }
    }
  });
});

describe("getting around the limits", () => {
  const narrow = async () => {
    const few = { per_minute: 5, burst: 5 };
    const rate_limits = { anonymous: few, authenticated: few, premium: few };
    await ok(request("/api/v1/settings", jsonInit("PATCH", { rate_limits })));
  };
  const letIn = (replies: Response[]) => replies.filter(({ status }) => status !== 429).length;

  it("by changing the IPv6 address within one's own /64", async () => {
    await narrow();
    const addresses = Array.from(
      { length: 40 },
      (_, i) => `2001:db8:7:7:${i.toString(16)}::${i.toString(16)}`,
    );
    expect(letIn(await Promise.all(addresses.map((address) => anonymous(from(address)))))).toBe(5);
    expect((await anonymous(from("2001:db8:7:8::1"))).status).toBe(200);
  });

  it("by writing one IPv4 address as IPv6", async () => {
    await narrow();
    const forms = ["192.0.2.7", "::ffff:192.0.2.7", "::ffff:c000:207", "0:0:0:0:0:ffff:192.0.2.7"];
    const replies = await Promise.all(forms.flatMap((form) => [1, 2, 3, 4].map(() => anonymous(from(form)))));
    expect(letIn(replies)).toBe(5);
  });

  it.for([
    "x-forwarded-for",
    "true-client-ip",
    "x-real-ip",
    "forwarded",
    "x-client-ip",
    "x-cluster-client-ip",
  ])("by sending another %s each time", async (name) => {
    await narrow();
    const value = (i: number) => (name === "forwarded" ? `for=198.51.100.${i}` : `198.51.100.${i}`);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) => anonymous(from("192.0.2.9", { [name]: value(i) }))),
    );
    expect(letIn(replies)).toBe(5);
    const unknown = Array.from({ length: 20 }, (_, i) => anonymous({ [name]: value(i) }));
    expect(letIn(await Promise.all(unknown))).toBe(5);
  });

  it("by sending credentials that do not hold", async () => {
    await narrow();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        anonymous(from("192.0.2.11", { authorization: `Bearer alm_guess${i}` })),
      ),
    );
    expect(letIn(replies)).toBe(5);
  });

  it("by keeping streams open", async () => {
    await ok(post("/api/v1/collections", { name: "notices", visibility: "public" }), 201);
    const { job } = await addText("a.txt", "Waits in the queue.", { collection: "notices" });
    const { session } = await addPerson();
    const follow = (headers: Record<string, string>) =>
      elsewhere({}, `https://almanac.test/api/v1/ingestion/jobs/${job.id}`, {
        headers: { accept: "text/event-stream", ...headers },
      });
    const signedIn = { authorization: `Bearer ${session.access_token}` };
    const open = await Promise.all(Array.from({ length: 20 }, () => follow(signedIn)));
    for (const { status, headers } of open) {
      expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    }
    const refused = await follow(signedIn);
    expect(refused.headers.get("retry-after")).toBe("10");
    expect(await problem(Promise.resolve(refused))).toMatchObject({
      status: 429,
      code: "rate_limit_exceeded",
    });
    await open[0]?.body?.cancel();
    open.push(await follow(signedIn));
    expect(open.at(-1)?.status).toBe(200);
    for (const { body } of open.slice(1)) await body?.cancel();

    // Those who are not signed in have no limit of their own to count by: they get the job as it is.
    const polled = follow({});
    expect((await polled).headers.get("content-type")).toBe("application/json");
    expect(await ok(polled)).toMatchObject({ id: job.id, state: "queued" });
  });

  it("by making more keys", async () => {
    const { session, address } = await addPerson();
    const make = () =>
      ok<{ secret: string }>(
        requestAs(
          session.access_token,
          "/api/v1/keys",
          jsonInit("POST", { name: "k", scopes: ["documents:read"] }),
        ),
        201,
      );
    const secrets = [(await make()).secret, (await make()).secret, (await make()).secret];
    await narrow();
    const all = secrets.flatMap((secret) =>
      [1, 2, 3, 4].map(() => requestAs(secret, "/api/v1/documents", { headers: from(address) })),
    );
    expect(letIn(await Promise.all(all))).toBeLessThanOrEqual(5);
  });
});
