import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { z } from "zod";
import { Answer, AskQuery, SearchAnswer, SearchQuery } from "../contract/queries.ts";
import { AppError } from "../errors.ts";
import type { AppEnv } from "../middleware/context.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { problemOf, toAppError } from "../middleware/problems.ts";
import { meter } from "../monitoring/own-metrics/meter.ts";
import type { AnswerPorts, Question } from "../rag/answer/answer-ports.ts";
import { answerQuestion, streamAnswer } from "../rag/answer/answer-question.ts";
import { findPassages } from "../rag/answer/find-passages.ts";
import { describeError } from "../telemetry/log.ts";
import { toAnswer, toCitation, toHistory, toPassage } from "./answer-shape.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";
import { countingFailures, measureAnswer, measureSearch } from "./measure-questions.ts";

const QUESTION_BODY = 256 * 1024;
const tags = ["Questions"];

export const questionRoutes = newRouter();

questionRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/search",
    tags,
    summary: "Find passages",
    middleware: [jsonBody(QUESTION_BODY)] as const,
    request: { body: jsonRequest(SearchQuery) },
    responses: { 200: json(SearchAnswer, "Passages, best first"), ...problems(400, 404, 413, 415, 422, 503) },
  }),
  async (c) => {
    const request = c.req.valid("json");
    const search = async () => findPassages(await portsFor(c, request.collection), toQuestion(request));
    const { result, timings, degraded } = await countingFailures("rag_searches_total", search());
    measureSearch(timings);
    recordSearch(c, request.collection, result.passages, timings.total);
    return c.json(
      { passages: result.passages.map((passage) => toPassage(passage, request.explain)), timings, degraded },
      200,
    );
  },
);

questionRoutes.openapi(
  createRoute({
    method: "post",
    path: "/api/v1/query",
    tags,
    summary: "Ask a question",
    description:
      "An answer whose every citation is a verbatim span of a stored version, or `answered: false` with the nearest passages. " +
      "As server-sent events: `passages`, then `delta` (pieces of the answer), `citations`, and `done`; or `error` with a problem.",
    middleware: [jsonBody(QUESTION_BODY)] as const,
    request: { body: jsonRequest(AskQuery) },
    responses: { 200: json(Answer, "The answer"), ...problems(400, 404, 413, 415, 422, 503) },
  }),
  async (c) => {
    const request = c.req.valid("json");
    const ports = await portsFor(c, request.collection);
    const id = c.get("services").newQueryId();
    if (request.stream || (c.req.header("accept") ?? "").includes("text/event-stream")) {
      return asEvents(c, request, ports, id) as never;
    }
    const answer = await countingFailures("rag_queries_total", answerQuestion(ports, toQuestion(request)));
    record(c, request, id, answer);
    return c.json(toAnswer(id, answer, request.explain), 200);
  },
);

function asEvents(c: Context<AppEnv>, request: AskQuery, ports: AnswerPorts, id: string): Response {
  return streamSSE(c, async (out) => {
    const send = (event: string, data: unknown) => out.writeSSE({ event, data: JSON.stringify(data) });
    try {
      for await (const event of streamAnswer(ports, toQuestion(request))) {
        if (out.aborted) return;
        if (event.kind === "delta") await send("delta", { text: event.text });
        else if (event.kind === "citations")
          await send("citations", { citations: event.citations.map(toCitation) });
        else if (event.kind === "passages") {
          await send("passages", {
            passages: event.passages.map((passage) => toPassage(passage, request.explain)),
          });
        } else {
          record(c, request, id, event.answer);
          const { answered, answer, timings, degraded } = event.answer;
          await send("done", { id, answered, answer, timings, degraded });
        }
      }
    } catch (error) {
      meter.count("rag_queries_total", { status: "error" });
      c.get("log").error("stream_failed", { request_id: c.get("requestId"), error: describeError(error) });
      await send("error", problemOf(toAppError(error), c.req.path, c.get("requestId")));
    }
  });
}

/** The history is written after the reply: nobody waits for it. */
function record(
  c: Context<AppEnv>,
  request: AskQuery,
  id: string,
  answer: Awaited<ReturnType<typeof answerQuestion>>,
): void {
  measureAnswer(answer);
  const services = c.get("services");
  const { userId } = c.get("principal");
  const entry = async () => {
    const { id: collectionId } = await services.collections.recentPlace(request.collection);
    const documents = new Set(answer.passages.map((passage) => passage.documentId));
    const event = await c.get("audit").prepare({
      action: "question.asked",
      target: { kind: "query", id },
      detail: { collection_id: collectionId, documents: [...documents] },
    });
    await services.queries.record({ ...toHistory(id, collectionId, request, answer), userId }, [event]);
    services.deliverAudit();
    const status = answer.answered ? "answered" : "declined";
    const durationMs = answer.timings.total ?? 0;
    services.usage({ event: "question", outcome: status, subject: collectionId, count: 1, durationMs });
    const data = { id, status, duration_ms: answer.timings.total, collection_id: collectionId };
    services.liveFeed.publish([{ topic: "queries", time: Date.now(), data }]);
  };
  services.inBackground(entry(), "record a question");
  if (answer.droppedCitations > 0) {
    services.log.warn("citations_dropped", { query_id: id, count: answer.droppedCitations });
  }
}

/** A search enters no history, but passages are what documents say: that they were given out is audited. */
function recordSearch(
  c: Context<AppEnv>,
  collection: string,
  passages: { documentId: string }[],
  durationMs = 0,
): void {
  const { collections, usage, inBackground, deliverAudit } = c.get("services");
  const entry = async () => {
    const { id } = await collections.recentPlace(collection);
    usage({ event: "search", outcome: "answered", subject: id, count: 1, durationMs });
    await c.get("audit").record({
      action: "question.asked",
      target: { kind: "collection", id },
      detail: { documents: [...new Set(passages.map(({ documentId }) => documentId))] },
    });
    deliverAudit();
  };
  inBackground(entry(), "audit a search");
}

/** What it takes to answer one who may see some of a collection: he cannot tell the rest from what is not there. */
async function portsFor(c: Context<AppEnv>, collection: string): Promise<AnswerPorts> {
  const services = c.get("services");
  const place = await services.collections.recentPlace(collection);
  const permitted = await services.searchScopes.of(c.get("principal").viewer, place);
  const index = services.index(place.id);
  return {
    embedding: services.embedding,
    chat: services.chat,
    search: (request) => index.search(permitted === undefined ? request : { ...request, permitted }),
    clock: () => performance.now(),
    failed: (part, error) => services.log.error("answer_degraded", { part, error: describeError(error) }),
  };
}

function toQuestion(request: z.infer<typeof SearchQuery>): Question {
  return {
    question: request.question,
    mode: request.mode,
    topK: request.top_k,
    ...(request.filters === undefined ? {} : { filters: request.filters }),
    ...(request.as_of === undefined ? {} : { asOf: toAsOf(request.as_of) }),
  };
}

function toAsOf(asOf: string | number): { at: number } | { version: number } {
  if (typeof asOf === "number") return { version: asOf };
  const at = Date.parse(asOf);
  if (Number.isNaN(at)) throw new AppError("validation_failed", { detail: "body.as_of: is not a time." });
  return { at };
}
