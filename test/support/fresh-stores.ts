import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";

const TRIES = 5;

/**
 * Empties all stores and lays the tables of D1. Files share a runtime, in which a reset now and then leaves what the
 * file before has written: it is looked whether it took.
 */
export async function emptyStores(): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    await reset();
    await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
    const rows = await env.DB.prepare(
      "SELECT (SELECT count(*) FROM user) + (SELECT count(*) FROM document) AS n",
    ).first("n");
    if (rows === 0) return;
  }
  throw new Error("The stores of the test before are still there.");
}
