import { type RouteConfig, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../../middleware/context.ts";
import { readBody } from "../../middleware/read-body.ts";
import { Parameters } from "../../monitoring/prometheus-api/parameters.ts";
import { json, newRouter } from "../app-route.ts";
import { textStream } from "../text-stream.ts";

/** Beyond this many bytes a form is not read: Prometheus' own limit is ten megabytes, for queries of people. */
const MAX_FORM_BYTES = 1024 * 1024;
const PREFIX = "/prometheus/api/v1";

const Success = z
  .object({
    status: z.literal("success"),
    data: z.unknown(),
    warnings: z.array(z.string()).optional(),
    infos: z.array(z.string()).optional(),
  })
  .meta({ id: "PrometheusSuccess" });
const Failure = z
  .object({ status: z.literal("error"), errorType: z.string(), error: z.string() })
  .meta({ id: "PrometheusError" });

interface ApiRoute {
  path: string;
  methods: readonly ("get" | "post")[];
  summary: string;
  /** Name and description of each parameter, in the query of GET and the form of POST. */
  parameters: Record<string, string>;
  /** Those that may stand several times. */
  repeated?: readonly string[];
  required?: readonly string[];
  handler: (c: Context<AppEnv>, parameters: Parameters) => Promise<Response> | Response;
}

/** A router for Prometheus' HTTP API: parameters from query and form alike, replies in its envelope. */
export function prometheusRouter(routes: readonly ApiRoute[]) {
  const router = newRouter();
  for (const route of routes) {
    const path = `${PREFIX}${route.path}`;
    for (const method of route.methods) {
      router.openAPIRegistry.registerPath(describe(route, path, method));
      router.on(method.toUpperCase(), path.replace(/\{(\w+)\}/g, ":$1"), async (c) =>
        route.handler(c, await parametersOf(c)),
      );
    }
  }
  return router;
}

/** @param data is JSON already, whole or in pieces */
export function success(
  c: Context<AppEnv>,
  data: string | Iterable<string>,
  { warnings = [], infos = [] }: { warnings?: readonly string[]; infos?: readonly string[] } = {},
): Response {
  const remarks = [
    ...(warnings.length === 0 ? [] : [`,"warnings":${JSON.stringify(warnings)}`]),
    ...(infos.length === 0 ? [] : [`,"infos":${JSON.stringify(infos)}`]),
  ].join("");
  const pieces = ['{"status":"success","data":', data, remarks, "}"];
  return c.body(textStream(joined(pieces)), 200, { "content-type": "application/json" });
}

function* joined(parts: Iterable<string | Iterable<string>>): Generator<string> {
  for (const part of parts) {
    if (typeof part === "string") yield part;
    else yield* part;
  }
}

/** A form's values stand before those of the query, as in Go. */
async function parametersOf(c: Context<AppEnv>): Promise<Parameters> {
  const query = new URL(c.req.url).searchParams;
  if (c.req.method !== "POST") return new Parameters(query);
  const form = new URLSearchParams(new TextDecoder().decode(await readBody(c.req.raw, MAX_FORM_BYTES)));
  return new Parameters(new URLSearchParams([...form, ...query]));
}

function describe(route: ApiRoute, path: string, method: "get" | "post"): RouteConfig {
  const shape = Object.fromEntries(
    Object.entries(route.parameters).map(([name, description]) => {
      const one = route.repeated?.includes(name) === true ? z.array(z.string()) : z.string();
      const value = route.required?.includes(name) === true ? one : one.optional();
      return [name, value.meta({ description })];
    }),
  );
  const params = z.object(
    Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => [name, z.string()])),
  );
  const inForm = method === "post";
  return {
    method,
    path,
    tags: ["Prometheus"],
    summary: route.summary,
    request: {
      params,
      ...(inForm
        ? { body: { content: { "application/x-www-form-urlencoded": { schema: z.object(shape) } } } }
        : { query: z.object(shape) }),
    },
    responses: {
      200: json(Success, "As Prometheus answers"),
      ...Object.fromEntries(
        [400, 422, 503].map((status) => [status, json(Failure, "As Prometheus answers")]),
      ),
    },
  };
}
