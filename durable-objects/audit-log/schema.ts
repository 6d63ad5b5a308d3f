/**
 * `event.owner` is the user whose key acted, where `actor` is the key. Each index ends with the row's id, the
 * sequence, by SQLite's own layout: newest first is a walk backwards. `tile` holds hashes one after the other.
 * `published` is the size of the tree that R2 has in full.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS event (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    action TEXT NOT NULL,
    result TEXT NOT NULL,
    actor TEXT,
    owner TEXT,
    target TEXT,
    leaf TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS event_time ON event (time);
  CREATE INDEX IF NOT EXISTS event_action ON event (action, time);
  CREATE INDEX IF NOT EXISTS event_result ON event (result, time);
  CREATE INDEX IF NOT EXISTS event_actor ON event (actor, time);
  CREATE INDEX IF NOT EXISTS event_owner ON event (owner, time) WHERE owner IS NOT NULL;
  CREATE INDEX IF NOT EXISTS event_target ON event (target, time);
  CREATE TABLE IF NOT EXISTS tile (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (level, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoint (
    size INTEGER PRIMARY KEY,
    root_hash TEXT NOT NULL,
    note TEXT NOT NULL,
    signed_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS published (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL) STRICT;
`;

/** Makes the tables where they do not exist yet. */
export function createTables(sql: SqlStorage): void {
  sql.exec(TABLES);
}
