import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { oneTimeTokenRepository } from "../../../workers/storage/identity/one-time-tokens.ts";
import { ADA, db, useFreshDatabase } from "./fresh-database.ts";

useFreshDatabase();

const tokens = oneTimeTokenRepository(db);
const link = { purpose: "link", userId: ADA, payload: {} } as const;

describe("what works once", () => {
  it("works once, however many try at the same time", async () => {
    const { token } = await tokens.make(link, 60_000);
    const redeemed = await Promise.all(Array.from({ length: 20 }, () => tokens.redeem("link", token)));
    expect(redeemed.filter((one) => one !== null)).toEqual([{ userId: ADA, payload: {} }]);
  });

  it("works for its purpose only, within its time, and stands nowhere in the database", async () => {
    const { token } = await tokens.make(link, 60_000);
    const { results } = await env.DB.prepare("select * from one_time_token").all();
    expect(JSON.stringify(results)).not.toContain(token);
    expect(await tokens.redeem("ticket", token)).toBeNull();
    expect(await tokens.redeem("link", `${token}x`)).toBeNull();
    await env.DB.prepare("update one_time_token set expires_at = ?").bind(Date.now()).run();
    expect(await tokens.redeem("link", token)).toBeNull();
    await tokens.dropExpired();
    expect((await env.DB.prepare("select * from one_time_token").all()).results).toEqual([]);
  });

  it("as a ticket stands for the credential that it was got with", async () => {
    const session = { kind: "session", sessionId: "ses_1", userId: ADA } as const;
    const key = { kind: "key", keyId: "k", hash: "h" } as const;
    for (const claim of [session, key]) {
      const { token } = await tokens.makeTicket(claim, ADA);
      expect(await tokens.redeemTicket(token)).toEqual(claim);
      await expect(tokens.redeemTicket(token)).rejects.toMatchObject({ code: "credential_invalid" });
    }
  });

  it("goes with its user", async () => {
    const { token } = await tokens.make(link, 60_000);
    await env.DB.prepare("delete from user where id = ?").bind(ADA).run();
    expect(await tokens.redeem("link", token)).toBeNull();
  });
});
