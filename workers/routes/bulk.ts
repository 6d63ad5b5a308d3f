import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { stream } from "hono/streaming";
import { CollectionName, DEFAULT_COLLECTION } from "../contract/collections.ts";
import { BulkLine, TextDocument } from "../contract/documents.ts";
import { AppError } from "../errors.ts";
import { takeInTexts } from "../ingestion/intake.ts";
import type { AppEnv } from "../middleware/context.ts";
import { depthOf } from "../middleware/json-body.ts";
import { toAppError } from "../middleware/problems.ts";
import { newRouter, problems } from "./app-route.ts";
import { authorNow } from "./author.ts";
import { readLines } from "./lines.ts";

/** How many lines are entered in one transaction. */
const LINES_A_GROUP = 50;
const MAX_LINE_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 32;

const BulkQuery = z.object({
  collection: CollectionName.default(DEFAULT_COLLECTION).describe("For lines that name none"),
});

export const bulkRoutes = newRouter();

const route = createRoute({
  method: "post",
  path: "/api/v1/documents/bulk",
  tags: ["Documents"],
  summary: "Add many texts",
  description:
    "One JSON object a line, each as `POST /api/v1/documents/text` takes it. Read and answered as a stream: one line of " +
    "reply for each line sent, in order; a line that is refused says why and the others go on. To repeat a bulk upload " +
    "is safe by itself: the same text under the same name is the same version.",
  request: {
    query: BulkQuery,
    body: {
      required: true,
      content: {
        "application/x-ndjson": { schema: z.string().meta({ example: '{"name":"a","text":"…"}\n' }) },
      },
    },
  },
  responses: {
    200: {
      description: "One line of JSON for each line sent",
      content: { "application/x-ndjson": { schema: BulkLine } },
    },
    ...problems(422),
  },
});

// The router's types know JSON and text as replies; lines of JSON are neither.
bulkRoutes.openAPIRegistry.registerPath(route);
bulkRoutes.post(route.path, (c) => {
  const collection = readCollection(c.req.query());
  c.header("content-type", "application/x-ndjson");
  return stream(c, async (out) => {
    for await (const group of inGroups(readLines(c.req.raw.body, MAX_LINE_BYTES), collection)) {
      const replies = await enterGroup(c, group);
      await out.write(replies.map((reply) => `${JSON.stringify(reply)}\n`).join(""));
    }
  });
});

function readCollection(query: Record<string, string>): string {
  const result = BulkQuery.safeParse(query);
  if (result.success) return result.data.collection;
  throw new AppError("validation_failed", {
    detail: result.error.issues.map((issue) => `query.${issue.path.join(".")}: ${issue.message}`).join("; "),
  });
}

interface ReadLine {
  line: number;
  text: TextDocument | null;
  error: { code: string; detail: string } | null;
}

/** Lines that may be entered together: of one collection, each name once, in order. */
async function* inGroups(lines: AsyncIterable<{ line: number; text: string | null }>, collection: string) {
  let group: ReadLine[] = [];
  for await (const { line, text } of lines) {
    if (text?.trim() === "") continue;
    const read = readLine(line, text, collection);
    const clashes = group.some(
      (other) =>
        other.text !== null &&
        read.text !== null &&
        (other.text.name === read.text.name || other.text.collection !== read.text.collection),
    );
    if (clashes || group.length === LINES_A_GROUP) {
      yield group;
      group = [];
    }
    group.push(read);
  }
  if (group.length > 0) yield group;
}

function readLine(line: number, text: string | null, collection: string): ReadLine {
  const refuse = (code: string, detail: string): ReadLine => ({ line, text: null, error: { code, detail } });
  if (text === null) return refuse("body_too_large", `A line may have ${MAX_LINE_BYTES} bytes at most.`);
  if (depthOf(text) > MAX_DEPTH)
    return refuse("json_too_deep", `JSON may be nested ${MAX_DEPTH} levels deep at most.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("invalid_json", error instanceof Error ? error.message : "The line is not valid JSON.");
  }
  const withCollection = typeof value === "object" && value !== null ? { collection, ...value } : value;
  const result = TextDocument.safeParse(withCollection);
  if (result.success) return { line, text: result.data, error: null };
  const faults = result.error.issues.map((issue) => `${issue.path.join(".") || "line"}: ${issue.message}`);
  return refuse("validation_failed", faults.join("; "));
}

async function enterGroup(c: Context<AppEnv>, group: ReadLine[]): Promise<BulkLine[]> {
  const texts = group.flatMap((read) => read.text ?? []);
  const [first] = texts;
  if (first === undefined) return group.map(toReply);
  try {
    const accepted = await takeInTexts(
      c.get("services").intakeOf(await authorNow(c)),
      first.collection,
      texts,
    );
    return group.map((read) => {
      const entry = read.text === null ? undefined : accepted[texts.indexOf(read.text)];
      return entry === undefined ? toReply(read) : { line: read.line, ...entry };
    });
  } catch (error) {
    const { code, message } = toAppError(error);
    return group.map((read) => toReply({ ...read, error: read.error ?? { code, detail: message } }));
  }
}

const toReply = (read: ReadLine): BulkLine => ({
  line: read.line,
  error: read.error ?? { code: "internal_error", detail: "The line was not entered." },
});
