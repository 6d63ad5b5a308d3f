import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { sqliteTable, text } from "drizzle-orm/sqlite-core";
import { expect, it } from "vitest";
import { openDatabase } from "../../../workers/storage/database.ts";
import { describeError } from "../../../workers/telemetry/log.ts";

it("keeps the values of a statement that failed out of the log", async () => {
  const missing = sqliteTable("missing", { email: text() });
  const failure: unknown = await openDatabase(env.DB)
    .select()
    .from(missing)
    .where(eq(missing.email, "ada@example.org"))
    .catch((error: unknown) => error);
  const described = JSON.stringify(describeError(failure));
  expect(described).toContain("no such table");
  expect(described).toContain("Failed query: select");
  expect(described).not.toContain("ada@example.org");
});
