import { type ChunkToIndex, wordStream } from "../../workers/rag/index/build-segment.ts";
import type { IndexedChunk } from "../../workers/rag/search-port.ts";
import { CHUNKS_A_VERSION } from "./schema.ts";

/** A chunk as it is stored, without what only the index needs. */
export interface StoredChunk extends Omit<IndexedChunk, "vector"> {
  versionRow: number;
}

type ContentRow = {
  id: number;
  page: number;
  start: number;
  end: number;
  digest: string;
  pages: string;
  headings: string;
  context: string;
  text: string;
};

const CONTENT = 'id, page, start, "end", digest, pages, headings, context, text';
/** Parameters a statement may bind. */
const MOST_PARAMETERS = 100;

/** The door to the chunks in SQLite. */
export class ChunkStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The ordinals of a version that are stored. */
  ordinals(versionRow: number): Set<number> {
    const rows = this.#sql.exec<{ id: number }>(
      "SELECT id FROM chunk WHERE id >= ? AND id < ?",
      idOf(versionRow, 0),
      idOf(versionRow + 1, 0),
    );
    return new Set([...rows].map(({ id }) => id % CHUNKS_A_VERSION));
  }

  insert(chunk: IndexedChunk, indexed: ChunkToIndex): void {
    this.#sql.exec(
      "INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      idOf(indexed.versionRow, chunk.ordinal),
      chunk.page,
      chunk.start,
      chunk.end,
      chunk.digest,
      wordStream(indexed).buffer,
      chunk.vector === null ? null : new Uint8Array(chunk.vector).buffer,
      JSON.stringify(chunk.pages),
      JSON.stringify(chunk.headings),
      chunk.context,
      chunk.text,
    );
  }

  /** Word streams in the order asked for; an empty one where there is no such chunk. */
  streams(chunks: readonly { versionRow: number; ordinal: number }[]): Uint32Array[] {
    const found = this.#byId<{ id: number; stream: ArrayBuffer }>("id, stream", chunks);
    return chunks.map(({ versionRow, ordinal }) => {
      const stream = found.get(idOf(versionRow, ordinal))?.stream;
      return stream === undefined ? new Uint32Array(1) : new Uint32Array(stream);
    });
  }

  /** The chunks that exist, in the order asked for. */
  read(chunks: readonly { versionRow: number; ordinal: number }[]): StoredChunk[] {
    const found = this.#byId<ContentRow>(CONTENT, chunks);
    return chunks.flatMap(({ versionRow, ordinal }) => {
      const row = found.get(idOf(versionRow, ordinal));
      return row === undefined ? [] : [fromRow(row)];
    });
  }

  /** At most `limit` chunks of a version after an ordinal, in order. */
  page(versionRow: number, after: number, limit: number): StoredChunk[] {
    const rows = this.#sql.exec<ContentRow>(
      `SELECT ${CONTENT} FROM chunk WHERE id > ? AND id < ? ORDER BY id LIMIT ?`,
      idOf(versionRow, after),
      idOf(versionRow + 1, 0),
      limit,
    );
    return [...rows].map(fromRow);
  }

  /** What the index needs of chunks to hold them again. */
  toIndex(versionRow: number, ordinals: readonly number[], title: string): ChunkToIndex[] {
    const addresses = ordinals.map((ordinal) => ({ versionRow, ordinal }));
    const vectors = this.#byId<{ id: number; vector: ArrayBuffer | null }>("id, vector", addresses);
    return this.read(addresses).map((chunk) => {
      const vector = vectors.get(idOf(versionRow, chunk.ordinal))?.vector ?? null;
      return chunkToIndex(versionRow, title, {
        ...chunk,
        vector: vector === null ? null : new Int8Array(vector),
      });
    });
  }

  count(): number {
    return this.#sql.exec<{ chunks: number }>("SELECT COUNT(*) AS chunks FROM chunk").one().chunks;
  }

  deleteVersion(versionRow: number): void {
    this.#sql.exec(
      "DELETE FROM chunk WHERE id >= ? AND id < ?",
      idOf(versionRow, 0),
      idOf(versionRow + 1, 0),
    );
  }

  #byId<Row extends { id: number } & Record<string, SqlStorageValue>>(
    columns: string,
    chunks: readonly { versionRow: number; ordinal: number }[],
  ): Map<number, Row> {
    const found = new Map<number, Row>();
    for (let first = 0; first < chunks.length; first += MOST_PARAMETERS) {
      const ids = chunks
        .slice(first, first + MOST_PARAMETERS)
        .map((chunk) => idOf(chunk.versionRow, chunk.ordinal));
      const marks = ids.map(() => "?").join(",");
      const rows = this.#sql.exec<Row>(`SELECT ${columns} FROM chunk WHERE id IN (${marks})`, ...ids);
      for (const row of rows) found.set(row.id, row);
    }
    return found;
  }
}

/** A chunk as the index takes it: named by its document's title and its headings. */
export function chunkToIndex(versionRow: number, title: string, chunk: IndexedChunk): ChunkToIndex {
  return {
    versionRow,
    ordinal: chunk.ordinal,
    title: [title, ...chunk.headings].join("\n"),
    body: chunk.context === "" ? chunk.text : `${chunk.context}\n${chunk.text}`,
    vector: chunk.vector,
  };
}

function idOf(versionRow: number, ordinal: number): number {
  return versionRow * CHUNKS_A_VERSION + ordinal;
}

function fromRow({ id, pages, headings, ...content }: ContentRow): StoredChunk {
  return {
    ...content,
    versionRow: Math.floor(id / CHUNKS_A_VERSION),
    ordinal: id % CHUNKS_A_VERSION,
    pages: JSON.parse(pages),
    headings: JSON.parse(headings),
  };
}
