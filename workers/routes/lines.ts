/**
 * Cuts a body into its lines as it arrives. A line over the limit is passed over and given as null.
 *
 * @param maxBytes what one line may hold; no more than that is ever kept
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): AsyncGenerator<{ line: number; text: string | null }> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = () => {
    const text = length > maxBytes ? null : decode(parts);
    parts = [];
    length = 0;
    return { line: line++, text };
  };
  for await (const chunk of body ?? []) {
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      keep(chunk.subarray(from, end));
      from = end + 1;
      yield take();
    }
    keep(chunk.subarray(from));
  }
  if (length > 0) yield take();

  function keep(part: Uint8Array): void {
    length += part.byteLength;
    if (length > maxBytes) parts = [];
    else if (part.byteLength > 0) parts.push(part.slice());
  }
}

const decode = (parts: Uint8Array[]): string => {
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
};
