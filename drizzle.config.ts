import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  driver: "d1-http",
  schema: ["./workers/storage/schema.ts", "./workers/storage/*/schema.ts"],
  out: "./migrations",
});
