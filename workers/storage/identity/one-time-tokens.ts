import { and, eq, gt, lte } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../errors.ts";
import type { Claim } from "../../identity/claim.ts";
import { hashOneTimeToken, makeOneTimeToken } from "../../identity/one-time-tokens.ts";
import type { Database } from "../database.ts";
import { oneTimeToken } from "./schema.ts";

type Row = typeof oneTimeToken.$inferSelect;

const TICKET_MS = 30_000;

const Ticket = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("session"), sessionId: z.string(), userId: z.string() }),
  z.object({ kind: z.literal("key"), keyId: z.string(), hash: z.string() }),
]) satisfies z.ZodType<Claim>;

/** What works once, in D1: only hashes are kept, and to redeem one is to delete it. */
export function oneTimeTokenRepository(db: Database) {
  /** Makes a token that works once within its life, in milliseconds. */
  const make = async (token: Pick<Row, "purpose" | "userId" | "payload">, lifeMs: number) => {
    const { token: secret, hash } = makeOneTimeToken();
    const now = Date.now();
    await db.insert(oneTimeToken).values({ ...token, hash, createdAt: now, expiresAt: now + lifeMs });
    return { token: secret, expiresAt: now + lifeMs };
  };

  /** What the token was made for, or null when it is used up, too old or none of ours; of many who try, one gets it. */
  const redeem = async (
    purpose: Row["purpose"],
    token: string,
  ): Promise<Pick<Row, "userId" | "payload"> | null> => {
    const [row] = await db
      .delete(oneTimeToken)
      .where(
        and(
          eq(oneTimeToken.hash, hashOneTimeToken(token)),
          eq(oneTimeToken.purpose, purpose),
          gt(oneTimeToken.expiresAt, Date.now()),
        ),
      )
      .returning({ userId: oneTimeToken.userId, payload: oneTimeToken.payload });
    return row ?? null;
  };

  return {
    make,
    redeem,

    /** A ticket of 30 seconds for those who cannot send headers. @param userId whose credential it stands for */
    makeTicket: (claim: Claim, userId: string) =>
      make({ purpose: "ticket", userId, payload: { ...claim } }, TICKET_MS),

    /** The credential that a ticket stands for. @throws AppError `credential_invalid` */
    async redeemTicket(ticket: string): Promise<Claim> {
      const redeemed = await redeem("ticket", ticket);
      if (redeemed !== null) return Ticket.parse(redeemed.payload);
      throw new AppError("credential_invalid", {
        detail: "The ticket is used up or too old. Get another with POST /api/v1/auth/tickets.",
      });
    },

    async dropExpired(): Promise<void> {
      await db.delete(oneTimeToken).where(lte(oneTimeToken.expiresAt, Date.now()));
    },
  };
}
