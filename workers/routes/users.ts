import { createRoute, z } from "@hono/zod-openapi";
import { CreateUser, Email, NewUser, SignInLink, UpdateUser, User, UserPage } from "../contract/identity.ts";
import { PageRequest } from "../contract/pagination.ts";
import { assertMayOpen } from "../identity/key-bounds.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { newSignInLink } from "./sign-in-links.ts";
import { ByUserId } from "./user-id.ts";
import { userSessionRoutes } from "./user-sessions.ts";

const SMALL_BODY = 16 * 1024;
const tags = ["Users"];

export const userRoutes = newRouter();
userRoutes.route("/", userSessionRoutes);

userRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/users",
    tags,
    summary: "List users, newest first",
    request: {
      query: PageRequest.extend({ email: Email.optional().describe("Only the user of this address") }),
    },
    responses: { 200: json(UserPage, "A page of users"), ...problems(400, 401, 403, 422) },
  }),
  async (c) => c.json(await c.get("services").users.list(c.req.valid("query")), 200),
);

userRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/users",
    tags,
    summary: "Add a user",
    description:
      "The reply has a link that signs the user in once, within a day; hand it over. Only a super_admin adds admins.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { body: jsonRequest(CreateUser) },
    responses: {
      201: json(NewUser, "The user and the link"),
      ...problems(400, 401, 403, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { users } = c.get("services");
    const { email, name, role, tier } = c.req.valid("json");
    assertMayOpen(c.get("principal"), role);
    await users.assertCreatable({ email, role }, c.get("principal").role);
    const account = { id: users.newId(), email, name: name ?? email.replace(/@.*/, ""), role, tier };
    const link = newSignInLink(c.req.url);
    const event = await c.get("audit").prepare({
      action: "user.created",
      target: { kind: "user", id: account.id },
      detail: { role, tier },
      personal: { email, name: account.name },
      subject: account.id,
    });
    const user = await users.create(account, link.stored, c.get("principal").role, [event]);
    return c.json({ user, link: link.shown }, 201);
  },
);

userRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/users/{id}",
    tags,
    summary: "Get a user",
    request: { params: ByUserId },
    responses: { 200: json(User, "The user"), ...problems(401, 403, 404) },
  }),
  async (c) => c.json(await c.get("services").users.get(c.req.valid("param").id), 200),
);

userRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/api/v1/users/{id}",
    tags,
    summary: "Change a user's name, role or tier, disable or enable the account",
    description:
      "A user who is disabled is signed out everywhere, and his keys stop to work. The last active super_admin stays.",
    middleware: [jsonBody(SMALL_BODY)] as const,
    request: { params: ByUserId, body: jsonRequest(UpdateUser) },
    responses: {
      200: json(User, "The user as he is now"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  async (c) => {
    const { users, forgetRights } = c.get("services");
    const { id } = c.req.valid("param");
    const wanted = c.req.valid("json");
    const user = await users.get(id);
    const changed = (["name", "role", "tier", "state"] as const).filter(
      (part) => wanted[part] !== undefined && wanted[part] !== user[part],
    );
    if (changed.length === 0) return c.json(user, 200);
    const { role, tier, state } = wanted;
    if (role !== undefined) assertMayOpen(c.get("principal"), role);
    const event = await c.get("audit").prepare({
      action: "user.changed",
      target: { kind: "user", id },
      detail: { changed, role, tier, state },
    });
    const updated = await users.update(id, wanted, c.get("principal").role, [event]);
    forgetRights();
    return c.json(updated, 200);
  },
);

userRoutes.openapi(
  createRoute({
    method: "delete",
    path: "/api/v1/users/{id}",
    tags,
    summary: "Delete a user, or erase the person",
    description:
      "Sessions, keys, passkeys, memberships and grants end with the account. With `erase=true`, also what the person asked, and the key without which nobody reads their data in the audit log; this can be done after a deletion, too. Documents stay.",
    request: { params: ByUserId, query: z.object({ erase: z.enum(["true", "false"]).default("false") }) },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 409, 422) },
  }),
  async (c) => {
    const { users, forgetRights } = c.get("services");
    const { id } = c.req.valid("param");
    const erase = c.req.valid("query").erase === "true";
    const event = await c.get("audit").prepare({
      action: erase ? "user.erased" : "user.deleted",
      target: { kind: "user", id },
    });
    await users.remove(id, { erase }, c.get("principal").role, [event]);
    forgetRights();
    return c.body(null, 204);
  },
);

userRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/users/{id}/link",
    tags,
    summary: "Make a link that signs a user in once",
    description: "For a new user, or one who lost password and passkeys. It holds for a day.",
    request: { params: ByUserId },
    responses: { 201: json(SignInLink, "The link, shown this once"), ...problems(401, 403, 404) },
  }),
  async (c) => {
    const { users } = c.get("services");
    const { id } = c.req.valid("param");
    assertMayOpen(c.get("principal"), (await users.get(id)).role);
    const link = newSignInLink(c.req.url);
    const event = await c.get("audit").prepare({ action: "link.created", target: { kind: "user", id } });
    await users.keepLink(id, link.stored, c.get("principal").role, [event]);
    return c.json(link.shown, 201);
  },
);
