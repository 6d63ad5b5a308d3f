/** One message of a `text/event-stream`. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events from a response body, which `EventSource` cannot do for a POST.
 *
 * Follows the HTML standard, "9.2.6 Interpreting an event stream", without reconnection: lines end in LF, CR
 * or CRLF; a message without data, or cut off by the end, is dropped. Leaving the loop cancels the stream.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) yield { event: event || "message", data: data.join("\n") };
          event = "";
          data = [];
          continue;
        }
        const [field, content] = splitField(line);
        if (field === "event") event = content;
        if (field === "data") data.push(content);
      }
      if (done) {
        // A CR that ends the stream was held back in case an LF followed it.
        if (rest === "\r" && data.length > 0) yield { event: event || "message", data: data.join("\n") };
        return;
      }
    }
  } finally {
    await reader.cancel();
  }
}

function splitField(line: string): [field: string, content: string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const content = line.slice(colon + 1);
  return [line.slice(0, colon), content.startsWith(" ") ? content.slice(1) : content];
}
