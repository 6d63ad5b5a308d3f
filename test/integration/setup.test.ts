import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { SCOPES } from "../../workers/contract/access.ts";
import type { Me, NewKey, SetUp } from "../../workers/contract/identity.ts";
import { forgetAll } from "../../workers/storage/recent.ts";
import { jsonInit, ok, problem, requestAs, send, useFreshStores } from "../support/api.ts";

useFreshStores();

type SetUpReply = z.infer<typeof SetUp>;

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM user").run();
  forgetAll();
});

const setUp = (body: object = {}) => requestAs(env.SETUP_TOKEN, "/api/v1/setup", jsonInit("POST", body));
const me = (key: string) => ok<Me>(requestAs(key, "/api/v1/auth/me"));

describe("setting up", () => {
  it("gives the first super_admin a key and a link that works once", async () => {
    const { user, link, key } = await ok<SetUpReply>(setUp({ email: "Ada@Example.org", name: "Ada" }), 201);
    expect(user).toMatchObject({
      email: "ada@example.org",
      name: "Ada",
      role: "super_admin",
      state: "active",
    });
    expect(key.key).toMatchObject({ name: "command line", scopes: [...SCOPES], collections: null });
    expect(await me(key.secret)).toMatchObject({ role: "super_admin", user: { id: user.id } });
    expect(link.url).toBe(`https://almanac.test/login#link=${link.token}`);
    const signIn = () => send("/api/v1/auth/link", jsonInit("POST", { token: link.token }));
    expect(await ok<object>(signIn())).toMatchObject({ user: { id: user.id } });
    expect(await problem(signIn())).toMatchObject({ status: 401, code: "link_invalid" });
  });

  it("happens once, however many try at once", async () => {
    const replies = await Promise.all([1, 2, 3, 4, 5].map((n) => setUp({ email: `boss${n}@example.org` })));
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(await problem(setUp())).toMatchObject({ status: 409, code: "already_set_up" });
    expect(await env.DB.prepare("SELECT count(*) AS n FROM user").first("n")).toBe(1);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM api_key").first("n")).toBe(1);
  });

  it("lets the oldest super_admin in again", async () => {
    const first = await ok<SetUpReply>(setUp(), 201);
    const again = await ok<SetUpReply>(setUp({ recover: true }), 201);
    expect(again.user.id).toBe(first.user.id);
    expect(again.key.secret).not.toBe(first.key.secret);
    expect(await me(again.key.secret)).toMatchObject({ role: "super_admin" });
    const events = await ok<{ items: { action: string; target: { id: string } }[] }>(
      requestAs(again.key.secret, "/api/v1/audit?action=setup.recovered"),
    );
    expect(events.items.map(({ target }) => target.id)).toEqual([first.user.id]);
  });
});

describe("without the token of this deployment", () => {
  const WRONG = ["", "x", "a-setup-token-for-tests-a-setup-toke", "a-setup-token-for-tests-a-setup-tokenn"];

  it.each(WRONG)("nobody is let in (%j)", async (token) => {
    for (const body of [{}, { recover: true }]) {
      const init = jsonInit("POST", body, { authorization: `Bearer ${token}` });
      expect(await problem(send("/api/v1/setup", init))).toMatchObject({
        status: 401,
        code: "credential_invalid",
      });
    }
    expect(await env.DB.prepare("SELECT count(*) AS n FROM user").first("n")).toBe(0);
  });

  it("not even a super_admin recovers", async () => {
    const { key } = await ok<SetUpReply>(setUp(), 201);
    for (const credential of [null, key.secret]) {
      const refused = requestAs(credential, "/api/v1/setup", jsonInit("POST", { recover: true }));
      expect(await problem(refused)).toMatchObject({ status: 401, code: "credential_invalid" });
    }
    expect(await env.DB.prepare("SELECT count(*) AS n FROM api_key").first("n")).toBe(1);
  });

  it("no key comes into being", async () => {
    const body = { name: "mine", scopes: ["ask"] };
    for (const authorization of [
      null,
      "Bearer",
      "Bearer alm_000000000000_x_y",
      "Basic YTpi",
      "Bearer null",
    ]) {
      const init = jsonInit("POST", body, authorization === null ? {} : { authorization });
      const reply = await send("/api/v1/keys", init);
      expect(reply.status).toBe(401);
    }
    const cookie = jsonInit("POST", body, { cookie: "almanac_access=x; __Host-almanac_access=x" });
    expect((await send("/api/v1/keys", cookie)).ok).toBe(false);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM api_key").first("n")).toBe(0);
    await ok<{ key: z.infer<typeof NewKey> }>(setUp(), 201);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM api_key").first("n")).toBe(1);
  });
});
