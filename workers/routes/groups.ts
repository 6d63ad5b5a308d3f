import { createRoute, z } from "@hono/zod-openapi";
import { CreateGroup, Group, GroupPage, UserPage } from "../contract/identity.ts";
import { PageRequest } from "../contract/pagination.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";

const SMALL_BODY = 16 * 1024;
const tags = ["Groups"];
const Id = z.string().max(100);
const ById = z.object({ id: Id.meta({ example: "grp_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });
const Membership = ById.extend({ user_id: Id.meta({ example: "usr_01k9t3v6m2c8q4r5x7y1z0w9hb" }) });

export const groupRoutes = newRouter();

groupRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/groups",
    tags,
    summary: "List groups by name",
    request: { query: PageRequest },
    responses: { 200: json(GroupPage, "A page of groups"), ...problems(400, 401, 403, 422) },
  }),
  async (c) => c.json(await c.get("services").groups.list(c.req.valid("query")), 200),
);

groupRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/groups",
    tags,
    summary: "Make a group",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(CreateGroup) },
    responses: { 201: json(Group, "The new group"), ...problems(400, 401, 403, 409, 413, 415, 422) },
  }),
  async (c) => {
    const { groups } = c.get("services");
    const id = groups.newId();
    const event = await c.get("audit").prepare({ action: "group.created", target: { kind: "group", id } });
    return c.json(await groups.create(id, c.req.valid("json").name, [event]), 201);
  },
);

groupRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/groups/{id}",
    tags,
    summary: "Delete a group with its grants",
    request: { params: ById },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
  async (c) => {
    const { groups, forgetRights } = c.get("services");
    const { id } = c.req.valid("param");
    const event = await c.get("audit").prepare({ action: "group.deleted", target: { kind: "group", id } });
    await groups.remove(id, [event]);
    forgetRights();
    return c.body(null, 204);
  },
);

groupRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/groups/{id}/members",
    tags,
    summary: "List a group's members",
    request: { params: ById, query: PageRequest },
    responses: { 200: json(UserPage, "A page of users"), ...problems(400, 401, 403, 404, 422) },
  }),
  async (c) =>
    c.json(await c.get("services").groups.members(c.req.valid("param").id, c.req.valid("query")), 200),
);

groupRoutes.openapi(
  createRoute({
    method: "put",
    path: "/api/v1/groups/{id}/members/{user_id}",
    tags,
    summary: "Make a user a member",
    request: { params: Membership },
    responses: { 204: { description: "He is a member" }, ...problems(401, 403, 404) },
  }),
  async (c) => {
    const { groups, forgetRights } = c.get("services");
    const { id, user_id } = c.req.valid("param");
    const event = await c.get("audit").prepare({
      action: "group.member_added",
      target: { kind: "group", id },
      detail: { user_id },
    });
    await groups.addMember(id, user_id, [event]);
    forgetRights();
    return c.body(null, 204);
  },
);

groupRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/groups/{id}/members/{user_id}",
    tags,
    summary: "End a membership",
    request: { params: Membership },
    responses: { 204: { description: "He is no member any more" }, ...problems(401, 403, 404) },
  }),
  async (c) => {
    const { groups, forgetRights } = c.get("services");
    const { id, user_id } = c.req.valid("param");
    const event = await c.get("audit").prepare({
      action: "group.member_removed",
      target: { kind: "group", id },
      detail: { user_id },
    });
    await groups.removeMember(id, user_id, [event]);
    forgetRights();
    return c.body(null, 204);
  },
);
