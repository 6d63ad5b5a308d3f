import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createServices } from "../../../workers/services.ts";
import { addUser as add, count, event, useFreshDatabase, users } from "./identity-fixtures.ts";

useFreshDatabase();

it("keeps no question of somebody who was erased before it was written down", async () => {
  const { queries } = createServices(env, () => undefined);
  const ask = async (userId: string) =>
    queries.record(
      {
        id: `qry_${crypto.randomUUID()}`,
        collectionId: "col_default",
        userId,
        question: "Who was she?",
        mode: "hybrid",
        answered: false,
        answer: "",
        citations: [],
        passages: [],
        timings: {},
        degraded: [],
        createdAt: 1,
      },
      [event()],
    );
  const { id } = await add("ada@example.org", "read");
  await ask(id);
  expect(await count("query")).toBe(1);
  await users.remove(id, { erase: true }, "super_admin", []);
  const told = await count("audit_outbox");
  await ask(id);
  expect(await count("query")).toBe(0);
  expect(await count("audit_outbox")).toBe(told + 1);
});
