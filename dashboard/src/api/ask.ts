import { z } from "zod";
import { Answer, Citation, Passage } from "./contract.ts";
import { json } from "./encode.ts";
import { readEvents } from "./event-stream.ts";
import { conform } from "./exchange.ts";
import { Failure, failureFromBody } from "./failure.ts";
import { send } from "./request.ts";

const Outcome = Answer.pick({ id: true, answered: true, answer: true, timings: true, degraded: true });
export type Outcome = z.infer<typeof Outcome>;

const Passages = z.object({ passages: z.array(Passage) });
const Delta = z.object({ text: z.string() });
const Citations = z.object({ citations: z.array(Citation) });

/** What arrives while a question is being answered, in order. `outcome` is the last. */
export type AskEvent =
  | { kind: "passages"; passages: Passage[] }
  | { kind: "delta"; text: string }
  | { kind: "citations"; citations: Citation[] }
  | { kind: "outcome"; outcome: Outcome };

/**
 * Asks a question and yields the answer as it grows. Aborting the signal stops the work on the server.
 *
 * @throws {Failure} the server's problem, or `stream_ended` when the connection is lost before the outcome
 */
export async function* ask(
  question: { question: string; collection: string },
  signal: AbortSignal,
): AsyncGenerator<AskEvent> {
  const body = json({ ...question, explain: true });
  const response = await send("/api/v1/query", {
    ...body,
    headers: { ...body.headers, accept: "text/event-stream" },
    signal,
  });
  const requestId = response.headers.get("x-request-id");
  if (response.body === null) throw streamEnded(requestId);
  try {
    for await (const { event, data } of readEvents(response.body)) {
      const content = parseJson(data);
      if (event === "passages") {
        yield { kind: "passages", passages: conform(Passages, content, requestId).passages };
      } else if (event === "delta") {
        yield { kind: "delta", text: conform(Delta, content, requestId).text };
      } else if (event === "citations") {
        yield { kind: "citations", citations: conform(Citations, content, requestId).citations };
      } else if (event === "done") {
        yield { kind: "outcome", outcome: conform(Outcome, content, requestId) };
        return;
      } else if (event === "error") {
        throw failureFromBody(content, response.status, response.headers);
      }
    }
  } catch (error) {
    // A TypeError here is the browser's word for a body cut short.
    throw error instanceof TypeError ? streamEnded(requestId) : error;
  }
  throw streamEnded(requestId);
}

function streamEnded(requestId: string | null): Failure {
  return new Failure("stream_ended", "The connection was lost before the answer was complete.", {
    requestId,
  });
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
