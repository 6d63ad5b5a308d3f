/** A chunk's id is its version's row times this plus its ordinal, so that a version's chunks are one key range. */
export const CHUNKS_A_VERSION = 2 ** 20;

/**
 * `version.live_from` is null until a version goes live, `live_until` while it is live. `tail` names the chunks
 * that no stored segment holds yet, a row for each append. A segment's bytes are cut into parts of a megabyte.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS version (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    build INTEGER NOT NULL,
    document_name TEXT NOT NULL,
    title TEXT NOT NULL,
    metadata TEXT NOT NULL,
    live_from REAL,
    live_until REAL,
    UNIQUE (document_id, version, build)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS chunk (
    id INTEGER PRIMARY KEY,
    page INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    digest TEXT NOT NULL,
    stream BLOB NOT NULL,
    vector BLOB,
    pages TEXT NOT NULL,
    headings TEXT NOT NULL,
    context TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tail (
    batch INTEGER PRIMARY KEY AUTOINCREMENT,
    version_row INTEGER NOT NULL,
    ordinals BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS segment (id INTEGER PRIMARY KEY AUTOINCREMENT, bytes INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS segment_part (
    segment_id INTEGER NOT NULL,
    part INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (segment_id, part)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Makes the tables where they do not exist yet. */
export function createTables(sql: SqlStorage): void {
  sql.exec(TABLES);
}
