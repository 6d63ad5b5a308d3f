import { vi } from "vitest";
import type { Me, Role, SignedIn, User } from "../../../dashboard/src/api/contract.ts";

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

/** A user, as the API gives them. */
export const user = {
  id: "usr_1",
  email: "ada@example.org",
  name: "Ada",
  role: "read",
  tier: "authenticated",
  state: "active",
  has_password: true,
  passkeys: 0,
  created_at: "2026-11-21T10:00:00.000Z",
  last_sign_in_at: null,
} as const satisfies User;

/** The reply to a sign-in or a refresh. @param lastsMs how long the access token is good, from now */
export const signedIn = ({ lastsMs }: { lastsMs: number }): SignedIn => ({
  user,
  session_id: "ses_1",
  access_expires_at: new Date(Date.now() + lastsMs).toISOString(),
  refresh_expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
});

/** The reply to who is asking: a signed-in user with a role, or nobody. */
export const me = (role: Role | null): Me => ({
  user: role === null ? null : { ...user, role },
  credential: role === null ? "none" : "session",
  session_id: role === null ? null : "ses_1",
  key_id: null,
  role,
  scopes: [],
});

/** A refusal, as a response. */
export const refuse = (status: number, code: string, headers: Record<string, string> = {}): Response =>
  Response.json(problem(status, code, `Refused: ${code}.`), { status, headers });

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
