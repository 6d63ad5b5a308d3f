import { existsSync } from "node:fs";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const chromium = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browserTests = existsSync(chromium) ? ["./test/dashboard/browser/vitest.config.ts"] : [];
if (browserTests.length === 0)
  console.warn(`No Chromium at ${chromium} (CHROMIUM_PATH): the browser tests are left out.`);

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/counting-reporter.ts"],
    projects: [
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ENVIRONMENT: "test",
                LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
                CURSOR_SECRET: "only-for-tests-only-for-tests-only-for-tests",
                AUTH_SECRET: "a-secret-for-tests-a-secret-for-tests",
                AUDIT_SIGNING_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
                // Nothing that goes on after a test reaches into the stores of the next.
                TELEMETRY_FLUSH_SECONDS: "0",
                SETUP_TOKEN: "a-setup-token-for-tests-a-setup-token",
                TEST_MIGRATIONS: await readD1Migrations("./migrations"),
              },
              // A queue that nobody consumes: tests deliver messages themselves, when and as often as they mean to.
              queueProducers: { INGESTION: { queueName: "unheard" } },
            },
          })),
        ],
        test: {
          name: "worker",
          // Files share a runtime, which takes two seconds to start; what tests share of it they make anew themselves.
          isolate: false,
          include: ["test/{unit,integration,durable-objects}/**/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      "./test/dashboard/vitest.config.ts",
      ...browserTests,
      {
        test: {
          name: "process",
          sequence: { groupOrder: 1 },
          include: ["test/process/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
