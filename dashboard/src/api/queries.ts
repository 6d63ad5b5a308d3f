import { type Feedback, QueryPage } from "./contract.ts";
import { fetchJson, json, queryString, send } from "./request.ts";

export const listQueries = (limit: number, signal: AbortSignal) =>
  fetchJson(QueryPage, `/api/v1/queries${queryString({ limit })}`, { signal });

export async function sendFeedback(queryId: string, feedback: Feedback): Promise<void> {
  await send(`/api/v1/queries/${encodeURIComponent(queryId)}/feedback`, json(feedback));
}
