import { randomBytes } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { version } from "../../package.json";
import type { AppEnv } from "../middleware/context.ts";
import { describeSecurity } from "./security-schemes.ts";

/** `/openapi.json` made of the schemas that validate, and `/docs` to read and try it; all assets are our own. */
export function mountApiDescription(app: OpenAPIHono<AppEnv>): void {
  let described: object | undefined;
  app.get("/openapi.json", (c) => {
    described ??= describeSecurity(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: {
          title: "Almanac",
          version,
          description: "Answers questions from your own documents, with citations that can be checked.",
          license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
        },
      }),
    );
    c.header("cache-control", "public, max-age=300");
    return c.json({ ...described, servers: [{ url: new URL(c.req.url).origin }] });
  });
  app.get("/docs", (c) => {
    const nonce = randomBytes(16).toString("base64");
    return c.html(pageWith(nonce), 200, { "content-security-policy": policyWith(nonce) });
  });
}

/** Only the page's own scripts and styles (CSP 3 §2.3.1), which are told apart by a value that nobody can guess. */
const policyWith = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

const pageWith = (nonce: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Almanac API</title>
    <link rel="stylesheet" nonce="${nonce}" href="/api-reference/swagger-ui.css">
  </head>
  <body>
    <div id="reference"></div>
    <script nonce="${nonce}" src="/api-reference/swagger-ui-bundle.js"></script>
    <script nonce="${nonce}" src="/api-reference/start.js"></script>
  </body>
</html>
`;
