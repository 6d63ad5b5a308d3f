import { type Feedback, QueryPage } from "./contract.ts";
import { json, queryString } from "./encode.ts";
import { fetchJson, send } from "./request.ts";

export const listQueries = (limit: number, signal: AbortSignal) =>
  fetchJson(QueryPage, `/api/v1/queries${queryString({ limit })}`, { signal });

export async function sendFeedback(queryId: string, feedback: Feedback): Promise<void> {
  await send(`/api/v1/queries/${encodeURIComponent(queryId)}/feedback`, json(feedback));
}
