import type { AuditEvent } from "../../../workers/contract/audit.ts";
import { ok, request } from "../../support/api.ts";

export const exportLog = async (query = ""): Promise<string> =>
  Buffer.from(await (await request(`/api/v1/audit/export${query}`)).arrayBuffer()).toString();

export const verifierKey = async (): Promise<string> =>
  (await ok<{ verifier_key: string }>(request("/api/v1/audit/key"))).verifier_key;

/** All events that fit, newest first, page by page. */
export async function listEvents(query = "", limit = 100): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const at: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const page: { items: AuditEvent[]; next_cursor: string | null } = await ok(
      request(`/api/v1/audit?limit=${limit}${query}${at}`),
    );
    events.push(...page.items);
    cursor = page.next_cursor;
  }
  return events;
}

/** Tells of the events that came since it was asked last, the oldest first. */
export function newEvents(): () => Promise<AuditEvent[]> {
  let seen = 0;
  return async () => {
    const events = (await listEvents()).filter(({ sequence }) => sequence >= seen).reverse();
    seen += events.length;
    return events;
  };
}

/** What was hashed of each event, as an export has it. */
export const leavesIn = (exported: string): string[] =>
  exported
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const { leaf } = JSON.parse(line) as { leaf?: string };
      return leaf === undefined ? [] : [leaf];
    });
