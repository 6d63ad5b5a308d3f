import { createMiddleware } from "hono/factory";
import { AppError } from "../errors.ts";
import type { AppEnv } from "./context.ts";
import { readBody } from "./read-body.ts";

const MAX_DEPTH = 32;

/**
 * Reads a JSON body within bounds, so that what validates it later need not fear its size or nesting.
 *
 * @param limit bytes
 * @throws AppError `unsupported_media_type`, `body_too_large`, `invalid_json`, `json_too_deep`
 */
export const jsonBody = (limit: number) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const { text } = await readJson(c.req.raw, limit);
    // Hono reads its cache as promises, though its type says otherwise.
    Object.assign(c.req.bodyCache, { text: Promise.resolve(text) });
    await next();
  });

/**
 * The JSON body of a request, as {@link jsonBody} reads it, for routes that validate it themselves: parsing a large one
 * twice is felt.
 */
export async function readJson(request: Request, limit: number): Promise<{ text: string; value: unknown }> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new AppError("unsupported_media_type", {
      detail: "Send a JSON body with `Content-Type: application/json`.",
    });
  }
  const text = await readText(request, limit);
  if (depthOf(text) > MAX_DEPTH) {
    throw new AppError("json_too_deep", {
      detail: `JSON may be nested ${MAX_DEPTH} levels deep at most.`,
      extensions: { limit: MAX_DEPTH },
    });
  }
  return { text, value: parsed(text) };
}

async function readText(request: Request, limit: number): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(await readBody(request, limit));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("invalid_json", {
      detail: "The body is not valid UTF-8, or it broke off.",
      cause: error,
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "it does not parse";
    throw new AppError("invalid_json", { detail: `The body is not valid JSON: ${why}.`, cause });
  }
}

/** How deeply brackets are nested, outside of strings. */
export function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let position = 0; position < json.length; position += 1) {
    const unit = json.charCodeAt(position);
    if (quoted) {
      if (unit === 0x5c) position += 1;
      else if (unit === 0x22) quoted = false;
    } else if (unit === 0x22) quoted = true;
    else if (unit === 0x7b || unit === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (unit === 0x7d || unit === 0x5d) depth -= 1;
  }
  return deepest;
}
