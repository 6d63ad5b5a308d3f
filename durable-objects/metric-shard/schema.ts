/**
 * `wal` has slots that are written over once what they hold is sealed, up to `state.sealed_through`. `record` holds,
 * in parts of less than a megabyte, what a restart reads before the WAL. `tip` holds the first and newest sample of a
 * run of series. A block is what was packed of a day at once; its blobs are rows of `blob`, or objects once it is cold.
 * `garbage` names objects that are to be deleted.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS wal (
    slot INTEGER PRIMARY KEY,
    sequence INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    record BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS tip (page INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS block (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day INTEGER NOT NULL,
    resolution TEXT NOT NULL,
    level INTEGER NOT NULL,
    place TEXT NOT NULL,
    manifest TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blob (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS garbage (key TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Makes the tables where they do not exist yet. */
export function createTables(sql: SqlStorage): void {
  sql.exec(TABLES);
}
