import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Me, NewUser } from "../../../workers/contract/identity.ts";
import { jsonInit, ok, problem, request, requestAs, send, useFreshStores } from "../../support/api.ts";
import { addAdmin, addUser } from "../../support/credentials.ts";
import { addPerson, from, newAddress, PASSWORD, useLink } from "../../support/sign-in.ts";

useFreshStores();

const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n");

describe("making oneself an admin", () => {
  it("by setting the service up again", async () => {
    const users = await count("user");
    for (const body of [{}, { recover: true }, { email: "forger@example.org" }]) {
      const reply = send("/api/v1/setup", jsonInit("POST", body, from(newAddress())));
      expect(await problem(reply)).toMatchObject({ status: 401 });
    }
    const again = requestAs(
      env.SETUP_TOKEN,
      "/api/v1/setup",
      jsonInit("POST", { email: "forger@example.org" }),
    );
    expect(await problem(again)).toMatchObject({ status: 409, code: "already_set_up" });
    expect(await count("user")).toBe(users);
  });

  it("by making a key without a credential", async () => {
    const keys = await count("api_key");
    const reply = send("/api/v1/keys", jsonInit("POST", { name: "k", scopes: ["users:manage"] }));
    expect(await problem(reply)).toMatchObject({ status: 401, code: "credential_missing" });
    expect(await count("api_key")).toBe(keys);
  });

  it("by sending members that nobody asked for (mass assignment)", async () => {
    const { session, userId, email } = await addPerson("read");
    const as = (method: string, path: string, body: object) =>
      requestAs(session.access_token, path, jsonInit(method, body, from(newAddress())));
    const more = { role: "super_admin", user_id: "usr_00000000000000000000000000", tier: "premium" };
    const tries: Promise<Response>[] = [
      send(
        "/api/v1/auth/sign-in",
        jsonInit("POST", { email, password: PASSWORD, ...more }, from(newAddress())),
      ),
      send("/api/v1/auth/refresh", jsonInit("POST", { refresh_token: session.refresh_token, ...more })),
      as("PATCH", `/api/v1/auth/sessions/${session.session_id}`, { device_name: "d", ...more }),
      as("PUT", "/api/v1/auth/password", { new_password: "grey ferry across the sound", ...more }),
      as("POST", "/api/v1/keys", { name: "k", scopes: ["ask"], ...more }),
      request(`/api/v1/users/${userId}`, jsonInit("PATCH", { name: "n", password_hash: "x" })),
      request(
        `/api/v1/users/${userId}`,
        jsonInit("PATCH", { name: "n", id: "usr_1", email: "x@example.org" }),
      ),
    ];
    for (const reply of tries)
      expect(await problem(reply)).toMatchObject({ status: 422, code: "validation_failed" });
    const me = await ok<Me>(requestAs(session.access_token, "/api/v1/auth/me"));
    expect(me).toMatchObject({
      role: "read",
      user: { id: userId, tier: "authenticated", name: "Ada Example" },
    });
  });

  it("by a link that an admin made for somebody who became one later", async () => {
    const admin = await addUser("admin");
    for (const role of ["admin", "super_admin"]) {
      const { user, link } = await ok<z.infer<typeof NewUser>>(
        requestAs(
          admin.key,
          "/api/v1/users",
          jsonInit("POST", { email: `${role}@example.org`, role: "read" }),
        ),
        201,
      );
      await ok(request(`/api/v1/users/${user.id}`, jsonInit("PATCH", { role })));
      expect(await problem(useLink(link.token))).toMatchObject({ status: 401, code: "link_invalid" });
    }
  });

  it("by a session that was opened before its user became an admin", async () => {
    const { userId, session } = await addPerson("read");
    await ok(request(`/api/v1/users/${userId}`, jsonInit("PATCH", { role: "admin" })));
    const write = requestAs(session.access_token, "/api/v1/groups", jsonInit("POST", { name: "mine" }));
    expect(await problem(write)).toMatchObject({ status: 401, code: "session_ended" });
  });

  it("by an admin's own rights over users", async () => {
    const { userId, key } = await addUser("admin");
    const denied = { status: 403, code: "permission_denied" };
    const as = (method: string, path: string, body: object) =>
      problem(requestAs(key, path, jsonInit(method, body)));
    expect(await as("PATCH", `/api/v1/users/${userId}`, { role: "super_admin" })).toMatchObject(denied);
    const boss = (await ok<Me>(requestAs(await addAdmin(), "/api/v1/auth/me"))).user?.id ?? "";
    expect(await as("POST", `/api/v1/users/${boss}/link`, {})).toMatchObject(denied);
    expect(await as("POST", "/api/v1/users", { email: "x@example.org", role: "super_admin" })).toMatchObject(
      denied,
    );
  });
});

it("a link stands when its user stays what they are", async () => {
  const { user, link } = await ok<z.infer<typeof NewUser>>(
    request("/api/v1/users", jsonInit("POST", { email: "kept@example.org", role: "admin" })),
    201,
  );
  await ok(request(`/api/v1/users/${user.id}`, jsonInit("PATCH", { name: "Kept", role: "admin" })));
  await ok(useLink(link.token));
});
