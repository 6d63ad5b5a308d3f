import { type Leaf, parseLeaf } from "../../workers/audit/leaf.ts";
import type { ListPosition, LoggedEvent, LogQuery } from "../../workers/audit/log-port.ts";

type EventRow = { sequence: number; time: number; leaf: string };

/** The most that one reply carries: the runtime takes 32 MiB. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The door to the events in SQLite. */
export class EventStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  count(): number {
    return this.#sql
      .exec<{ events: number }>("SELECT coalesce(max(sequence) + 1, 0) AS events FROM event")
      .one().events;
  }

  /** The event's sequence; null when it is not in the log. */
  find(id: string): number | null {
    return (
      this.#sql.exec<{ sequence: number }>("SELECT sequence FROM event WHERE id = ?", id).toArray()[0]
        ?.sequence ?? null
    );
  }

  insert(sequence: number, id: string, text: string, leaf: Leaf): void {
    const { actor, target } = leaf;
    const owner = actor.user_id === actor.id ? null : actor.user_id;
    this.#sql.exec(
      "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      sequence,
      id,
      Date.parse(leaf.time),
      leaf.action,
      leaf.result,
      actor.id,
      owner,
      target?.id ?? null,
      text,
    );
  }

  /** In order, at most `limit`; fewer when they are long. */
  from(sequence: number, limit: number): LoggedEvent[] {
    const events: LoggedEvent[] = [];
    let bytes = 0;
    const rows = this.#sql.exec<EventRow>(
      "SELECT sequence, time, leaf FROM event WHERE sequence >= ? ORDER BY sequence LIMIT ?",
      sequence,
      limit,
    );
    for (const row of rows) {
      events.push({ sequence: row.sequence, leaf: row.leaf });
      bytes += row.leaf.length;
      if (bytes >= MOST_BYTES) break;
    }
    return events;
  }

  /** Newest first. */
  list(query: LogQuery): LoggedEvent[] {
    const conditions: string[] = [];
    const bindings: (string | number)[] = [];
    const where = (condition: string, ...values: (string | number | null)[]) => {
      const given = values.filter((value) => value !== null);
      if (given.length === 0) return;
      conditions.push(condition);
      bindings.push(...given);
    };
    where("action = ?", query.action);
    where("target = ?", query.target);
    where("result = ?", query.result);
    where("time >= ?", query.from);
    where("time < ?", query.to);
    where("(time, sequence) < (?, ?)", query.before?.time ?? null, query.before?.sequence ?? null);
    if (query.actor === null) return this.#select(conditions, bindings, query.limit).map(toEvent);

    // A walk down each index is cheaper than an OR, for which SQLite would sort all that either finds.
    const { actor } = query;
    return ["actor", "owner"]
      .flatMap((column) => this.#select([...conditions, `${column} = ?`], [...bindings, actor], query.limit))
      .sort(newestFirst)
      .slice(0, query.limit)
      .map(toEvent);
  }

  #select(conditions: string[], bindings: (string | number)[], limit: number): EventRow[] {
    const filter = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
    return this.#sql
      .exec<EventRow>(
        `SELECT sequence, time, leaf FROM event ${filter} ORDER BY time DESC, sequence DESC LIMIT ?`,
        ...bindings,
        limit,
      )
      .toArray();
  }
}

/** What a leaf says; null when the text is none. */
export function readLeaf(text: string): Leaf | null {
  try {
    return parseLeaf(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const newestFirst = (a: ListPosition, b: ListPosition): number => b.time - a.time || b.sequence - a.sequence;

const toEvent = ({ sequence, leaf }: EventRow): LoggedEvent => ({ sequence, leaf });
