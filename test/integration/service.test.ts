import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { HealthDetail, SystemHealth } from "../../workers/contract/health.ts";
import { addText, ingestAll, ok, post, problem, request, useFreshStores } from "../support/api.ts";

useFreshStores();

describe("health", () => {
  it("is told for probes, operators and the curious", async () => {
    await addText("a", "Some words to index.");
    await ingestAll();
    expect(await ok(request("/health"))).toMatchObject({ status: "healthy" });
    expect(await ok(request("/health/live"))).toMatchObject({ status: "healthy" });
    const ready = await ok<HealthDetail>(request("/health/ready"));
    expect(ready.down).toEqual([]);
    expect(Object.keys(ready.checks).sort()).toEqual([
      "database",
      "documents",
      "models",
      "queue",
      "search_index",
    ]);
    expect(await ok(request("/health/detailed"))).toMatchObject({
      documents: { ready: 1 },
      jobs: { queued: 0 },
      outbox: { unsent: 0 },
    });
    const system = await ok<SystemHealth>(request("/health/system"));
    expect(system.indexes).toEqual([
      { collection: "default", chunks: 1, documents: 1, segments: expect.any(Number) },
    ]);
  });
});

describe("HEAD", () => {
  it("is answered as GET is, without the body", async () => {
    for (const path of ["/health", "/api/v1/collections"]) {
      const head = await request(path, { method: "HEAD" });
      expect([head.status, await head.text()], path).toEqual([200, ""]);
    }
  });
});

describe("the API's description", () => {
  it("names every route, with its replies and problems", async () => {
    const description = await ok<{
      openapi: string;
      paths: Record<string, Record<string, { responses: Record<string, unknown>; summary?: string }>>;
      components: { schemas: Record<string, unknown> };
    }>(request("/openapi.json"));
    expect(description.openapi).toBe("3.1.0");
    const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        "post /api/v1/documents",
        "post /api/v1/documents/text",
        "post /api/v1/documents/bulk",
        "get /api/v1/documents/{id}/text",
        "get /api/v1/collections/{name}",
        "get /api/v1/ingestion/jobs/{id}",
        "post /api/v1/search",
        "post /api/v1/query",
        "post /api/v1/queries/{id}/feedback",
        "get /health/ready",
      ]),
    );
    for (const methods of Object.values(description.paths)) {
      for (const operation of Object.values(methods)) expect(operation.summary).toBeTruthy();
    }
    expect(Object.keys(description.components.schemas)).toEqual(
      expect.arrayContaining(["Problem", "Answer", "Citation", "Document", "Job"]),
    );
  });

  it("has a page that loads nothing from elsewhere", async () => {
    const page = await (await request("/docs")).text();
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).toContain("/api-reference/swagger-ui-bundle.js");
  });
});

describe("collections", () => {
  it("are created, described, renamed and deleted with their documents", async () => {
    await ok(post("/api/v1/collections", { name: "ports", description: "Harbours" }), 201);
    expect(await problem(post("/api/v1/collections", { name: "ports" }))).toMatchObject({
      status: 409,
      code: "collection_exists",
    });
    await addText("quay", "The quay is 300 metres long.", { collection: "ports" });
    await ingestAll();
    const patch = (name: string, body: unknown) =>
      request(`/api/v1/collections/${name}`, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect(await ok(patch("ports", { name: "harbours" }))).toMatchObject({
      name: "harbours",
      description: "Harbours",
      chunks: 1,
    });
    expect(
      await ok(post("/api/v1/query", { question: "How long is the quay?", collection: "harbours" })),
    ).toMatchObject({ answered: true });
    expect(
      await problem(post("/api/v1/query", { question: "How long is the quay?", collection: "ports" })),
    ).toMatchObject({ status: 404 });
    expect((await request("/api/v1/collections/harbours", { method: "DELETE" })).status).toBe(204);
    const names = await ok<{ items: { name: string }[] }>(request("/api/v1/collections"));
    expect(names.items.map(({ name }) => name)).toEqual(["default"]);
    expect(await ok<{ items: unknown[] }>(request("/api/v1/documents"))).toMatchObject({ items: [] });
    expect(await problem(request("/api/v1/collections/default", { method: "DELETE" }))).toMatchObject({
      code: "default_collection",
    });
  });
});

describe("a wrong setting", () => {
  it("names itself in the log and leaves a clear problem", async () => {
    const { app } = await import("../../workers/app.ts");
    const reply = await app.fetch(new Request("https://almanac.test/health"), {
      ...env,
      CURSOR_SECRET: "short",
    } as Env);
    expect(reply.status).toBe(500);
    expect(await reply.json()).toMatchObject({
      code: "misconfigured",
      detail: expect.stringContaining("CURSOR_SECRET"),
    });
  });
});

describe("cross-origin requests", () => {
  it("that change something are refused unless the settings name the origin", async () => {
    const send = (origin: string) =>
      post("/api/v1/documents/text", { name: "x", text: "Words." }, { origin });
    expect(await problem(send("https://evil.example"))).toMatchObject({
      status: 403,
      code: "origin_not_allowed",
    });
    expect((await send("https://almanac.test")).status).toBe(202);
  });

  it("are allowed only to origins that the settings name", async () => {
    const reply = await request("/health", { headers: { origin: "https://elsewhere.example" } });
    expect(reply.headers.get("access-control-allow-origin")).toBeNull();
  });
});
