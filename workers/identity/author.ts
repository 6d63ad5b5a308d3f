import type { EventDraft, PreparedEvent } from "../audit/event.ts";
import type { Viewer } from "./principal.ts";

/** Whoever changes something: what he may do, and how it is told to the audit log. */
export interface Author {
  /** Null for the system itself, and for those who are not signed in. */
  userId: string | null;
  viewer: Viewer;
  prepare(draft: EventDraft): Promise<PreparedEvent>;
}
