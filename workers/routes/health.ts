import { createRoute } from "@hono/zod-openapi";
import { version } from "../../package.json";
import { Health, HealthDetail, Readiness, SystemHealth } from "../contract/health.ts";
import { describeSystem, inspect, probeAll } from "../health.ts";
import { json, newRouter } from "./app-route.ts";
import { viewerOf } from "./author.ts";

const tags = ["Health"];

export const healthRoutes = newRouter();

for (const path of ["/health", "/health/live"] as const) {
  healthRoutes.openapi(
    createRoute({
      method: "get",
      path,
      tags,
      summary: "Is the process alive?",
      responses: { 200: json(Health, "It is") },
    }),
    (c) => c.json({ status: "healthy" as const, version }, 200),
  );
}

healthRoutes.openapi(
  createRoute({
    method: "get",
    path: "/health/ready",
    tags,
    summary: "Can it do its work? Checks the database, the store, the index, the queue and the models",
    responses: { 200: json(Readiness, "It can"), 503: json(Readiness, "It cannot; `down` names why") },
  }),
  async (c) => {
    const services = c.get("services");
    const readiness = withoutDetails(await services.recentReadiness(() => probeAll(services)));
    return c.json(readiness, readiness.status === "ready" ? 200 : 503);
  },
);

healthRoutes.openapi(
  createRoute({
    method: "get",
    path: "/health/detailed",
    tags,
    summary: "Readiness with counts of documents, jobs and the outbox",
    responses: { 200: json(HealthDetail, "Ready"), 503: json(HealthDetail, "Not ready") },
  }),
  async (c) => {
    const detail = await inspect(c.get("services"), version);
    return c.json(detail, detail.status === "ready" ? 200 : 503);
  },
);

healthRoutes.openapi(
  createRoute({
    method: "get",
    path: "/health/system",
    tags,
    summary: "The runtime, the models and the search indexes",
    responses: { 200: json(SystemHealth, "As they are") },
  }),
  async (c) => c.json(await describeSystem(c.get("services"), viewerOf(c)), 200),
);

/** Why a part does not answer is for those who run it: `/health/detailed` says it. */
const withoutDetails = ({ checks, ...readiness }: Readiness): Readiness => ({
  ...readiness,
  checks: Object.fromEntries(Object.entries(checks).map(([name, { detail: _, ...check }]) => [name, check])),
});
