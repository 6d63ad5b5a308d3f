/** Characters that are sent at once. */
const PIECE = 64 * 1024;

/** Text that is written as it is read: a long answer is never in memory as a whole. A short one is sent as it is. */
export function textStream(pieces: Iterable<string>): ReadableStream<Uint8Array> | string {
  const source = pieces[Symbol.iterator]();
  const first = next(source);
  if (first.isLast) return first.text;
  const encoder = new TextEncoder();
  let waiting: string | null = first.text;
  return new ReadableStream({
    pull(controller) {
      const { text, isLast } = waiting === null ? next(source) : { text: waiting, isLast: false };
      waiting = null;
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (isLast) controller.close();
    },
  });
}

function next(source: Iterator<string>): { text: string; isLast: boolean } {
  let text = "";
  while (text.length < PIECE) {
    const { value, done } = source.next();
    if (done === true) return { text, isLast: true };
    text += value;
  }
  return { text, isLast: false };
}
