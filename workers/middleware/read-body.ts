import { AppError } from "../errors.ts";

/**
 * The body of a request, as long as it keeps within its bounds.
 *
 * @param limit bytes
 * @throws AppError `body_too_large`; whatever the stream throws when it breaks off
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const announced = request.headers.get("content-length");
  if (announced === null) return joined(request.body ?? [], limit);
  if (Number(announced) > limit) throw tooLarge(limit);
  // HTTP holds a sender to the length that it announces: no need to count the pieces.
  const body = new Uint8Array(await request.arrayBuffer());
  if (body.byteLength > limit) throw tooLarge(limit);
  return body;
}

/**
 * What gzip made of these bytes.
 *
 * @param limit bytes that may come out
 * @throws AppError `body_too_large`, `malformed_samples`
 */
export async function unzipped(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  try {
    return await joined(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")), limit);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("malformed_samples", {
      detail: "The body is not gzip, or it broke off.",
      cause: error,
    });
  }
}

async function joined(pieces: AsyncIterable<Uint8Array> | Uint8Array[], limit: number): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge(limit);
    kept.push(piece);
  }
  const [only] = kept;
  if (kept.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of kept) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

const tooLarge = (limit: number) =>
  new AppError("body_too_large", {
    detail: `The body may have ${limit} bytes at most.`,
    extensions: { limit },
  });
