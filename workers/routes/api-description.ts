import type { OpenAPIHono } from "@hono/zod-openapi";
import { version } from "../../package.json";
import type { AppEnv } from "../middleware/context.ts";

/** `/openapi.json` made of the schemas that validate, and `/docs` to read and try it; all assets are our own. */
export function mountApiDescription(app: OpenAPIHono<AppEnv>): void {
  app.get("/openapi.json", (c) =>
    c.json(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: {
          title: "Almanac",
          version,
          description: "Answers questions from your own documents, with citations that can be checked.",
          license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        servers: [{ url: new URL(c.req.url).origin }],
      }),
    ),
  );
  app.get("/docs", (c) => c.html(PAGE));
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Almanac API</title>
    <link rel="stylesheet" href="/api-reference/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script src="/api-reference/swagger-ui-bundle.js"></script>
    <script src="/api-reference/start.js"></script>
  </body>
</html>
`;
