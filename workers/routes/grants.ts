import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { EventDraft } from "../audit/event.ts";
import { Grant, GrantList, SetGrant, SubjectKind } from "../contract/access.ts";
import { CollectionName } from "../contract/collections.ts";
import { PageRequest } from "../contract/pagination.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { viewerOf } from "./author.ts";

const SMALL_BODY = 16 * 1024;
const tags = ["Grants"];
const Id = z.string().max(254);
const ByName = z.object({ name: CollectionName });
const OnCollection = ByName.extend({ kind: SubjectKind, id: Id });
const ById = z.object({ id: Id });
const OnDocument = ById.extend({ kind: SubjectKind, subject_id: Id });

interface Resource {
  kind: "collection" | "document";
  id: string;
}

/** Both need the right to manage; what cannot even be read is not there. */
const managedCollection = async (c: Context<AppEnv>, name: string): Promise<Resource> => {
  const { id } = await c.get("services").collections.reach(viewerOf(c), name, "manage");
  return { kind: "collection", id };
};
const managedDocument = async (c: Context<AppEnv>, id: string): Promise<Resource> => {
  await c.get("services").documents.get(viewerOf(c), id, "manage");
  return { kind: "document", id };
};

const listed = { 200: json(GrantList, "A page of grants"), ...problems(400, 401, 403, 404, 422) };
const given = { 200: json(Grant, "The grant"), ...problems(400, 401, 403, 404, 413, 415, 422) };
const removed = { 204: { description: "Removed" }, ...problems(401, 403, 404, 422) };

export const grantRoutes = newRouter();

grantRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/collections/{name}/grants",
    tags,
    summary: "List who may do what in a collection",
    request: { params: ByName, query: PageRequest },
    responses: listed,
  }),
  async (c) => {
    const resource = await managedCollection(c, c.req.valid("param").name);
    return c.json(await c.get("services").grants.list(resource, c.req.valid("query")), 200);
  },
);

grantRoutes.openapi(
  createRoute({
    method: "put",
    path: "/api/v1/collections/{name}/grants/{kind}/{id}",
    tags,
    summary: "Let a user or a group read, write or manage a collection",
    description:
      "A user is named by id or e-mail address. Takes the place of the grant that the user or group has in it.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { params: OnCollection, body: jsonRequest(SetGrant) },
    responses: given,
  }),
  async (c) => {
    const { name, kind, id } = c.req.valid("param");
    return c.json(await set(c, await managedCollection(c, name), { kind, id }, c.req.valid("json")), 200);
  },
);

grantRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/collections/{name}/grants/{kind}/{id}",
    tags,
    summary: "Take a grant on a collection back",
    request: { params: OnCollection },
    responses: removed,
  }),
  async (c) => {
    const { name, kind, id } = c.req.valid("param");
    await remove(c, await managedCollection(c, name), { kind, id });
    return c.body(null, 204);
  },
);

grantRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/documents/{id}/grants",
    tags,
    summary: "List the grants on a document itself",
    request: { params: ById, query: PageRequest },
    responses: listed,
  }),
  async (c) => {
    const resource = await managedDocument(c, c.req.valid("param").id);
    return c.json(await c.get("services").grants.list(resource, c.req.valid("query")), 200);
  },
);

grantRoutes.openapi(
  createRoute({
    method: "put",
    path: "/api/v1/documents/{id}/grants/{kind}/{subject_id}",
    tags,
    summary: "Let a user or a group read, write or manage a document",
    description:
      "A user is named by id or e-mail address. Takes the place of the grant that the user or group has on it.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { params: OnDocument, body: jsonRequest(SetGrant) },
    responses: given,
  }),
  async (c) => {
    const { id, kind, subject_id } = c.req.valid("param");
    const resource = await managedDocument(c, id);
    return c.json(await set(c, resource, { kind, id: subject_id }, c.req.valid("json")), 200);
  },
);

grantRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/documents/{id}/grants/{kind}/{subject_id}",
    tags,
    summary: "Take a grant on a document back",
    request: { params: OnDocument },
    responses: removed,
  }),
  async (c) => {
    const { id, kind, subject_id } = c.req.valid("param");
    await remove(c, await managedDocument(c, id), { kind, id: subject_id });
    return c.body(null, 204);
  },
);

interface Subject {
  kind: SubjectKind;
  id: string;
}

async function set(
  c: Context<AppEnv>,
  resource: Resource,
  subject: Subject,
  { level }: Pick<Grant, "level">,
) {
  const { grants, users, forgetRights } = c.get("services");
  const known = await users.identify(subject);
  const event = await c.get("audit").prepare(draft("grant.set", resource, known, { level }));
  const grant = await grants.set(resource, known, level, [event]);
  forgetRights();
  return grant;
}

async function remove(c: Context<AppEnv>, resource: Resource, subject: Subject): Promise<void> {
  const event = await c.get("audit").prepare(draft("grant.removed", resource, subject));
  const { grants, forgetRights } = c.get("services");
  await grants.remove(resource, subject, [event]);
  forgetRights();
}

const draft = (
  action: "grant.set" | "grant.removed",
  resource: Resource,
  subject: Subject,
  detail: Record<string, unknown> = {},
): EventDraft => ({ action, target: resource, detail: { subject, ...detail } });
