import { vi } from "vitest";

/** A passage, as the API gives it. */
export const passage = {
  document_id: "doc_1",
  document_name: "handbook.md",
  title: "Handbook",
  version: 1,
  chunk_id: "chk_1",
  page: 1,
  start: 0,
  end: 12,
  headings: [],
  context: "",
  text: "Twelve days.",
  score: 0.9,
};

/** A citation of it. */
export const citation = {
  index: 1,
  document_id: "doc_1",
  document_name: "handbook.md",
  version: 1,
  page: 1,
  start: 0,
  end: 12,
  quote: "Twelve days.",
};

/** How an answered question ends. */
export const outcome = {
  id: "qry_1",
  answered: true,
  answer: "Twelve days. [1]",
  timings: { total: 4 },
  degraded: [],
};

/** A problem document. */
export const problem = (status: number, code: string, detail: string) => ({
  type: "about:blank",
  title: code,
  status,
  code,
  detail,
  instance: "/",
  request_id: "req_1",
});

/** Answers every fetch with the same function until `vi.unstubAllGlobals()`. */
export function serve(answer: (path: string, init: RequestInit) => Response | Promise<Response>): void {
  vi.stubGlobal("fetch", async (path: string, init: RequestInit = {}) => answer(path, init));
}

/** A stream of server-sent events; `fail` breaks it off as a lost connection would. */
export function eventStream(
  events: readonly (readonly [event: string, data: unknown])[],
  fail = false,
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [event, data] of events) {
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      }
    },
    pull(controller) {
      if (fail) controller.error(new TypeError("network error"));
      else controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "x-request-id": "req_1" } });
}
