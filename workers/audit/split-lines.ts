/**
 * Cuts a stream of bytes into lines at each newline, some at a time as they come; what follows the last newline is
 * the `rest`. Nothing else is taken away: a carriage return or a byte order mark stays.
 */
export async function* splitLines(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ lines: string[]; rest: string }> {
  const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
  let rest = "";
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield { lines, rest };
  }
  yield { lines: [], rest: rest + decoder.decode() };
}
