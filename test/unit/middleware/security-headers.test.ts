import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import staticHeaders from "../../../dashboard/public/_headers?raw";
import { app } from "../../../workers/app.ts";
import { addText, ingestAll, request, send, useFreshStores } from "../../support/api.ts";

useFreshStores();

const directivesOf = (reply: Response): string[] =>
  (reply.headers.get("content-security-policy") ?? "").split("; ");

const EVERYWHERE = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

describe("every reply", () => {
  it.each([
    ["an answer", "/health", {}],
    ["a missing page", "/nowhere", {}],
    ["a refusal", "/api/v1/documents/doc_x", { method: "DELETE" }],
    ["a page of another origin", "/api/v1/documents/text", { method: "POST", headers: { origin: "null" } }],
    [
      "a preflight",
      "/api/v1/query",
      { method: "OPTIONS", headers: { "access-control-request-method": "POST" } },
    ],
  ])("to %s tells the browser to load, frame and keep nothing", async (_, path, init) => {
    const reply = await send(path, init);
    expect(Object.fromEntries(reply.headers)).toMatchObject({ ...EVERYWHERE, "cache-control": "no-store" });
    expect(directivesOf(reply).sort()).toEqual([
      "base-uri 'none'",
      "default-src 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    const permissions = reply.headers.get("permissions-policy")?.split(", ");
    for (const feature of ["camera", "microphone", "geolocation", "payment", "usb"]) {
      expect(permissions).toContain(`${feature}=()`);
    }
    expect(permissions).toContain("publickey-credentials-get=(self)");
  });

  it("asks for HTTPS from then on, where it came by HTTPS", async () => {
    expect((await send("/health")).headers.get("strict-transport-security")).toBe(
      "max-age=63072000; includeSubDomains",
    );
    const plain = await app.fetch(new Request("http://almanac.test/health"), env);
    expect(plain.headers.get("strict-transport-security")).toBeNull();
  });

  it("has what static files have as well", async () => {
    const fixed = new Map(
      staticHeaders.split("\n").flatMap((line) => {
        const [, name, value] = /^ {2}([\w-]+): (.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
      }),
    );
    const { headers } = await send("/health");
    for (const name of [...Object.keys(EVERYWHERE), "permissions-policy", "strict-transport-security"]) {
      expect(fixed.get(name), name).toBe(headers.get(name));
    }
    expect(fixed.get("content-security-policy")).not.toContain("unsafe");
  });
});

describe("a route's own policy", () => {
  it("is stricter for what people uploaded", async () => {
    const { document } = await addText("page.html", "<script>alert(1)</script><p>Words.</p>");
    await ingestAll();
    const reply = await request(`/api/v1/documents/${document.id}/content`);
    expect(reply.status).toBe(200);
    expect(directivesOf(reply)).toEqual(["sandbox", "default-src 'none'"]);
    expect(reply.headers.get("x-frame-options")).toBe("DENY");
  });

  it("lets /docs run its own scripts, named by a nonce that is new each time", async () => {
    const nonces = new Set<string>();
    for (let round = 0; round < 5; round += 1) {
      const reply = await send("/docs");
      const policy = directivesOf(reply);
      const [, nonce = ""] = /'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy.join(";")) ?? [];
      nonces.add(nonce);
      expect(policy).toContain(`script-src 'nonce-${nonce}' 'strict-dynamic'`);
      expect(policy.join(";")).not.toContain("unsafe");
      const page = await reply.text();
      const loads = page.match(/<(?:script|link)\b[^>]*>/g) ?? [];
      expect(loads.length).toBeGreaterThanOrEqual(3);
      for (const tag of loads) expect(tag).toContain(`nonce="${nonce}"`);
      expect(page).not.toMatch(/<script[^>]*>[^<]/);
    }
    expect(nonces.size).toBe(5);
  });
});
