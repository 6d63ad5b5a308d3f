import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { useFreshDatabase } from "./fresh-database.ts";

useFreshDatabase();

it("answers all who sign in at once, each in a request of its own", async () => {
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, number) =>
      exports.default.fetch("https://almanac.test/api/v1/auth/sign-in", {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": `192.0.2.${number}` },
        body: JSON.stringify({ email: `nobody-${number}@example.org`, password: "not a password" }),
      }),
    ),
  );
  for (const reply of replies) expect(await reply.json()).toMatchObject({ code: "sign_in_failed" });
});
