import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { CollectionName, DEFAULT_COLLECTION } from "../contract/collections.ts";
import { Accepted, DocumentName, Metadata, TextDocument } from "../contract/documents.ts";
import { AppError } from "../errors.ts";
import { takeInFile, takeInTexts } from "../ingestion/intake.ts";
import type { AppEnv } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { depthOf, jsonBody } from "../middleware/json-body.ts";
import { IdempotencyHeader, json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { authorNow } from "./author.ts";
import { readUploadForm } from "./upload-form.ts";

/** A text as JSON: what fits the parser's 32 million characters. */
const TEXT_BODY = 64 * 1024 * 1024;
const MAX_METADATA_DEPTH = 16;
const tags = ["Documents"];

/** What may be said of a file, in form fields or, for a raw body, in the query. */
const FileFields = z.object({
  name: DocumentName.optional(),
  title: z.string().trim().min(1).max(500).optional(),
  collection: CollectionName.default(DEFAULT_COLLECTION),
  document_id: z.string().max(100).optional().describe("Make this the next version of that document"),
  metadata: z
    .string()
    .transform((text, context) => {
      try {
        if (depthOf(text) <= MAX_METADATA_DEPTH) return JSON.parse(text) as unknown;
        context.addIssue({
          code: "custom",
          message: `is nested more than ${MAX_METADATA_DEPTH} levels deep`,
        });
      } catch {
        context.addIssue({ code: "custom", message: "is not valid JSON" });
      }
      return z.NEVER;
    })
    .pipe(Metadata)
    .optional(),
});
type FileFields = z.infer<typeof FileFields>;

const UploadForm = z.object({
  file: z.string().meta({ format: "binary" }),
  collection: CollectionName.optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  metadata: z.string().optional().describe("A JSON object"),
  document_id: z.string().optional(),
});

export const uploadRoutes = newRouter();

const uploadRoute = createRoute({
  method: "post",
  path: "/api/v1/documents",
  tags,
  summary: "Upload a document",
  description:
    "As a multipart form, or as the raw body with what is said of it in the query (`?name=report.pdf`). Up to 100 MiB. " +
    "The same bytes under the same name are the same version; new bytes make a new one, which answers once it is ready.",
  request: {
    headers: IdempotencyHeader,
    body: {
      required: true,
      content: {
        "multipart/form-data": { schema: UploadForm },
        "application/octet-stream": { schema: z.string().meta({ format: "binary" }) },
      },
    },
  },
  responses: { 202: json(Accepted, "Accepted; follow the job"), ...problems(400, 404, 409, 413, 422) },
});

// Validation by schema would read the whole form into memory: the handler reads it as it arrives.
uploadRoutes.openAPIRegistry.registerPath(uploadRoute);
uploadRoutes.post(uploadRoute.path, idempotent, async (c) => c.json(await releasedIfRefused(c, upload), 202));

type Receive = AppEnv["Variables"]["services"]["receive"];

/** The bytes come before it is known whether they may: those of an upload that is refused do not stay. */
async function releasedIfRefused<Result>(
  c: Context<AppEnv>,
  work: (c: Context<AppEnv>, receive: Receive) => Promise<Result>,
): Promise<Result> {
  const { receive, release } = c.get("services");
  const received: string[] = [];
  let isRefused = false;
  try {
    return await work(c, async (file) => {
      const content = await receive(file);
      // A form may be refused for another part of it while its file still comes.
      if (isRefused) release([content.sha256]);
      else received.push(content.sha256);
      return content;
    });
  } catch (error) {
    isRefused = true;
    if (received.length > 0) release(received);
    throw error;
  }
}

async function upload(c: Context<AppEnv>, receive: Receive): Promise<Accepted> {
  const services = c.get("services");
  const intake = async () => services.intakeOf(await authorNow(c));
  const declaredType = c.req.header("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(declaredType)) {
    const fields = readFields("query", c.req.query());
    if (fields.name === undefined) {
      throw new AppError("validation_failed", {
        detail: "query.name: say what the document is called, as in `?name=report.pdf`.",
      });
    }
    const content = await receive(c.req.raw.body ?? emptyBody());
    return takeInFile(await intake(), { ...toFile(fields), name: fields.name, declaredType, content });
  }
  const form = await readUploadForm(c.req.raw, receive);
  const fields = readFields("form", Object.fromEntries(form.fields));
  if (form.file === null)
    throw new AppError("file_missing", { detail: "Send the document as the form's file named `file`." });
  return takeInFile(await intake(), {
    ...toFile(fields),
    name: fields.name ?? readFields("form", { name: form.file.name || "untitled" }).name ?? "untitled",
    declaredType: form.file.type,
    content: form.file.stored,
  });
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

const toFile = ({ document_id, ...fields }: FileFields) => ({ ...fields, documentId: document_id });

function readFields(place: "form" | "query", given: Record<string, string>): FileFields {
  const result = FileFields.safeParse(given);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    path: [place, ...issue.path].join("."),
    message: issue.message,
  }));
  throw new AppError("validation_failed", {
    detail: errors.map((error) => `${error.path}: ${error.message}`).join("; "),
    extensions: { errors },
  });
}

uploadRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/documents/text",
    tags,
    summary: "Add a text",
    middleware: [jsonBody(TEXT_BODY), idempotent] as const,
    request: { headers: IdempotencyHeader, body: jsonRequest(TextDocument) },
    responses: { 202: json(Accepted, "Accepted; follow the job"), ...problems(400, 409, 413, 415, 422) },
  }),
  async (c) => {
    const text = c.req.valid("json");
    const [accepted] = await takeInTexts(c.get("services").intakeOf(await authorNow(c)), text.collection, [
      text,
    ]);
    if (accepted === undefined) throw new AppError("internal_error", { detail: "The text was not entered." });
    return c.json(accepted, 202);
  },
);
