import type { Segment } from "../../workers/rag/index/segment.ts";
import { decodeSegment, encodeSegment, SegmentDamaged } from "../../workers/rag/index/segment-codec.ts";

/** Larger values are refused in production (2 MB); half of it leaves room for the row. */
const PART_BYTES = 1_000_000;

/** A segment with the id it is stored under. */
export interface StoredSegment {
  id: number;
  segment: Segment;
}

/** The door to the segments in SQLite. Callers put writes that belong together into one transaction. */
export class SegmentStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** All segments that can be read; `damaged` are the ids of those that cannot. */
  load(): { segments: StoredSegment[]; damaged: number[] } {
    const segments: StoredSegment[] = [];
    const damaged: number[] = [];
    for (const { id, bytes } of this.#sql.exec<{ id: number; bytes: number }>(
      "SELECT id, bytes FROM segment",
    )) {
      try {
        segments.push({ id, segment: decodeSegment(this.#join(id, bytes)) });
      } catch (error) {
        if (!(error instanceof SegmentDamaged)) throw error;
        damaged.push(id);
      }
    }
    return { segments, damaged };
  }

  save(segment: Segment): StoredSegment {
    const bytes = encodeSegment(segment);
    const { id } = this.#sql
      .exec<{ id: number }>("INSERT INTO segment (bytes) VALUES (?) RETURNING id", bytes.length)
      .one();
    for (let at = 0, part = 0; at < bytes.length; at += PART_BYTES, part++) {
      this.#sql.exec("INSERT INTO segment_part VALUES (?, ?, ?)", id, part, bytes.slice(at, at + PART_BYTES));
    }
    return { id, segment };
  }

  delete(id: number): void {
    this.#sql.exec("DELETE FROM segment_part WHERE segment_id = ?", id);
    this.#sql.exec("DELETE FROM segment WHERE id = ?", id);
  }

  #join(id: number, length: number): Uint8Array<ArrayBuffer> {
    const joined = new Uint8Array(length);
    let at = 0;
    const parts = this.#sql.exec<{ bytes: ArrayBuffer }>(
      "SELECT bytes FROM segment_part WHERE segment_id = ? ORDER BY part",
      id,
    );
    for (const { bytes } of parts) {
      if (at + bytes.byteLength > length) throw new SegmentDamaged("too many parts");
      joined.set(new Uint8Array(bytes), at);
      at += bytes.byteLength;
    }
    if (at !== length) throw new SegmentDamaged("a part is missing");
    return joined;
  }
}
