import { AppError } from "../errors.ts";

/**
 * The body of a request, as long as it keeps within its bounds.
 *
 * @param limit bytes
 * @throws AppError `body_too_large`; whatever the stream throws when it breaks off
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) throw tooLarge(limit);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of request.body ?? []) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge(limit);
    pieces.push(piece);
  }
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const body = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.byteLength;
  }
  return body;
}

const tooLarge = (limit: number) =>
  new AppError("body_too_large", {
    detail: `The body may have ${limit} bytes at most.`,
    extensions: { limit },
  });
