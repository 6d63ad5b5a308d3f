import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readEvents, type ServerEvent } from "../../../dashboard/src/api/event-stream.ts";

const encoder = new TextEncoder();

async function read(chunks: Iterable<Uint8Array>): Promise<ServerEvent[]> {
  const events: ServerEvent[] = [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

const readText = (text: string) => read([encoder.encode(text)]);

describe("readEvents", () => {
  it("reads names, data of several lines and the default name", async () => {
    expect(await readText("event: delta\ndata: a\ndata: b\n\ndata:c\n\n")).toEqual([
      { event: "delta", data: "a\nb" },
      { event: "message", data: "c" },
    ]);
  });

  it("drops comments, messages without data, and one cut off by the end", async () => {
    expect(await readText(": keep-alive\n\nevent: empty\n\ndata: whole\n\ndata: cut")).toEqual([
      { event: "message", data: "whole" },
    ]);
  });

  it("takes a carriage return at the very end for the end of a line", async () => {
    expect(await readText("data: a\r\r")).toEqual([{ event: "message", data: "a" }]);
  });

  it("gives the same messages however the bytes are cut and whichever line ends are used", async () => {
    const line = fc.string({ unit: "grapheme", maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, " "));
    const message = fc.record({
      event: line.filter((name) => name !== "" && !name.startsWith(" ")),
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 5 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.array(fc.nat(400), { maxLength: 12 }),
        async (messages, end, cuts) => {
          const text = messages
            .map(({ event, lines }) =>
              [`event: ${event}`, ...lines.map((data) => `data: ${data}`), "", ""].join(end),
            )
            .join("");
          const bytes = encoder.encode(text);
          const at = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = at.slice(1).map((to, index) => bytes.slice(at[index], to));
          const expected = messages.map(({ event, lines }) => ({ event, data: lines.join("\n") }));
          expect(await read(chunks)).toEqual(expected);
        },
      ),
    );
  });

  it("cancels the stream when the reader leaves early", async () => {
    let isCancelled = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(encoder.encode("data: again\n\n")),
      cancel: () => {
        isCancelled = true;
      },
    });
    for await (const event of readEvents(body)) {
      expect(event.data).toBe("again");
      break;
    }
    expect(isCancelled).toBe(true);
  });
});
