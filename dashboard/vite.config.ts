import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

const WORKER = "http://localhost:8787";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [vue(), tailwindcss()],
  build: {
    // The Worker serves this folder; other assets (the embedding model) live in it too.
    outDir: "../dist/assets",
    emptyOutDir: false,
    assetsDir: "app",
    // Older targets would have light-dark() and nesting rewritten at three times the size.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The security policy allows no data: URLs for scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/api": WORKER,
      "/health": WORKER,
      "/docs": WORKER,
      "/openapi.json": WORKER,
      "/ws": { target: WORKER, ws: true },
    },
  },
});
