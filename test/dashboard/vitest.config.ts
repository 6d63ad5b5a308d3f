import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  plugins: [vue()],
  test: {
    name: "dashboard",
    environment: "jsdom",
    include: ["test/dashboard/unit/**/*.test.ts"],
    // Making a DOM takes longer than all these tests; none leaves anything in it.
    isolate: false,
  },
});
