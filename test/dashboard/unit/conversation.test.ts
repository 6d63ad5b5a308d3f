import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { useConversation } from "../../../dashboard/src/stores/conversation.ts";
import { citation, eventStream, outcome, passage, problem, serve } from "./fake-server.ts";

const question = { question: "How many days?", collection: "default" };

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => vi.unstubAllGlobals());

it("gathers passages, text, citations and the outcome", async () => {
  let sent: unknown;
  serve((_, init) => {
    sent = JSON.parse(String(init.body));
    return eventStream([
      ["passages", { passages: [passage] }],
      ["delta", { text: "Twelve " }],
      ["delta", { text: "days" }],
      ["citations", { citations: [citation] }],
      ["done", outcome],
    ]);
  });
  const conversation = useConversation();
  await conversation.begin(question);
  expect(sent).toEqual({ ...question, explain: true });
  expect(conversation.phase).toBe("done");
  expect(conversation.text).toBe(outcome.answer);
  expect(conversation.citations).toEqual([citation]);
  expect(conversation.passages).toEqual([passage]);
});

it("keeps what had arrived when the connection is lost, and says so", async () => {
  serve(() => eventStream([["delta", { text: "Twelve " }]], true));
  const conversation = useConversation();
  await conversation.begin(question);
  expect(conversation.phase).toBe("failed");
  expect(conversation.text).toBe("Twelve ");
  expect(conversation.failure?.code).toBe("stream_ended");
});

it("counts a stream that ends before the outcome as lost", async () => {
  serve(() => eventStream([["delta", { text: "Twelve " }]]));
  const conversation = useConversation();
  await conversation.begin(question);
  expect(conversation.failure?.code).toBe("stream_ended");
});

it("shows the server's problem, whether it comes at once or in the stream", async () => {
  const conversation = useConversation();
  const busy = problem(429, "rate_limited", "Too many questions.");
  serve(() => Response.json(busy, { status: 429, headers: { "retry-after": "7" } }));
  await conversation.begin(question);
  expect(conversation.failure).toMatchObject({ code: "rate_limited", requestId: "req_1", retryAfter: 7 });
  serve(() => eventStream([["error", problem(503, "dependency_unavailable", "The index does not answer.")]]));
  await conversation.begin(question);
  expect(conversation.failure).toMatchObject({ code: "dependency_unavailable", status: 503 });
});

it("refuses an answer that does not fit the contract", async () => {
  serve(() => eventStream([["citations", { citations: [{ index: "one" }] }]]));
  const conversation = useConversation();
  await conversation.begin(question);
  expect(conversation.failure?.code).toBe("contract_mismatch");
});

it("stops the request and marks the answer as stopped", async () => {
  const aborted = Promise.withResolvers<void>();
  serve((_, { signal }) => {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(encoder.encode('event: delta\ndata: {"text":"Twelve "}\n\n'));
        signal?.addEventListener("abort", () => {
          controller.error(new DOMException("aborted", "AbortError"));
          aborted.resolve();
        });
      },
    });
    return new Response(body);
  });
  const conversation = useConversation();
  const asking = conversation.begin(question);
  await vi.waitUntil(() => conversation.text !== "");
  conversation.stop();
  await Promise.all([asking, aborted.promise]);
  expect(conversation.phase).toBe("stopped");
  expect(conversation.text).toBe("Twelve ");
  expect(conversation.failure).toBeUndefined();
});
