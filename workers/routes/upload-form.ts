import { once } from "node:events";
import { Busboy, type BusboyHeaders, type BusboyInstance } from "@fastify/busboy";
import { AppError } from "../errors.ts";

export interface UploadForm<Stored> {
  fields: Map<string, string>;
  file: { name: string; type: string; stored: Stored } | null;
}

const MAX_FIELD_BYTES = 256 * 1024;
const MAX_FIELDS = 20;

/**
 * Reads a multipart form whose one file is handed on while it arrives: fields may stand before or after it, and
 * the file is never whole in memory.
 *
 * @param store takes the file's bytes; what it rejects with is thrown
 * @throws AppError `invalid_multipart`
 */
export async function readUploadForm<Stored>(
  request: Request,
  store: (file: AsyncIterable<Uint8Array>) => Promise<Stored>,
): Promise<UploadForm<Stored>> {
  const fields = new Map<string, string>();
  const files: { name: string; type: string; stored: Promise<Stored> }[] = [];
  const parser = openParser(request);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  parser.on("error", (cause: unknown) =>
    failed.reject(invalid(cause instanceof Error ? cause.message : "it does not parse", cause)),
  );
  parser.on("field", (name, value, _nameCut, valueCut) => {
    if (valueCut) failed.reject(invalid(`the field "${name}" is longer than ${MAX_FIELD_BYTES} bytes`));
    fields.set(name, value);
  });
  for (const limit of ["fieldsLimit", "partsLimit", "filesLimit"] as const) {
    parser.on(limit, () => failed.reject(invalid("it has too many parts; send one file a request")));
  }
  parser.on("file", (field, stream, name, _encoding, type) => {
    if (field !== "file")
      failed.reject(invalid(`the file stands in the field "${field}"; name the field "file"`));
    const stored = store(stream);
    stored.catch((error) => {
      stream.resume();
      failed.reject(error);
    });
    files.push({ name: name ?? "", type, stored });
  });
  await Promise.race([pump(request, parser), failed.promise]);
  const [first] = files;
  const stored = first === undefined ? null : await Promise.race([first.stored, failed.promise]);
  return {
    fields,
    file: first === undefined || stored === null ? null : { name: first.name, type: first.type, stored },
  };
}

function openParser(request: Request): BusboyInstance {
  try {
    const headers: BusboyHeaders = { "content-type": request.headers.get("content-type") ?? "" };
    return new Busboy({
      headers,
      limits: { files: 1, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, parts: MAX_FIELDS + 1 },
    });
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : "its header does not parse", cause);
  }
}

async function pump(request: Request, parser: BusboyInstance): Promise<void> {
  const finished = once(parser, "finish");
  try {
    for await (const chunk of request.body ?? []) {
      if (!parser.write(chunk)) await once(parser, "drain");
    }
  } catch (cause) {
    throw invalid("it broke off", cause);
  }
  parser.end();
  await finished;
}

const invalid = (why: string, cause?: unknown) =>
  new AppError("invalid_multipart", { detail: `The form could not be read: ${why}.`, cause });
