import type { PackedBlob } from "../../workers/monitoring/chunks/blob.ts";
import { BlobReader } from "../../workers/monitoring/chunks/blob-reader.ts";
import type { Resolution } from "../../workers/monitoring/head/shard-settings.ts";

/** Where the bytes of a blob are, and what is in it at most. */
export interface BlobRef extends Omit<PackedBlob, "bytes"> {
  /** Its row; what its object is called by once it is cold. */
  readonly blob: number;
  readonly bytes: number;
}

interface Manifest {
  /** Orders what was written: of two samples with one time that of the greater one holds. */
  readonly sequence: number;
  /** When the newest of its samples were sealed, in milliseconds since 1970. */
  readonly madeAt: number;
  readonly samples: number;
  readonly series: number;
  readonly blobs: readonly BlobRef[];
  /** Something of it cannot be read: it is merged no more. */
  readonly isDamaged?: true;
}

/** 0: as it was sealed, 1: merged from several of those, 2: all of a day that is over. */
export type BlockLevel = 0 | 1 | 2;

/** `moving` from before the first object is put until the rows are deleted. */
export type BlockPlace = "local" | "moving" | "cold";

/** What was packed of a day at once. */
export interface Block extends Manifest {
  readonly id: number;
  readonly day: number;
  readonly resolution: Resolution;
  readonly level: BlockLevel;
  readonly place: BlockPlace;
}

type BlockRow = {
  id: number;
  day: number;
  resolution: Resolution;
  level: BlockLevel;
  place: BlockPlace;
  manifest: string;
};

/** Blobs that stay open: those of an hour are asked for again and again. */
const OPEN_BLOBS = 32;

/** The door to the blocks in SQLite. Callers put writes that belong together into one transaction. */
export class BlockStore {
  readonly #sql: SqlStorage;
  readonly #blocks = new Map<number, Block>();
  readonly #open = new Map<number, BlobReader>();
  #ordered: Block[] | null = null;
  #newestRolledDay: number | null = null;
  #nextBlob: number;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    for (const { manifest, ...row } of sql.exec<BlockRow>("SELECT * FROM block ORDER BY id")) {
      this.#blocks.set(row.id, { ...row, ...(JSON.parse(manifest) as Manifest) });
    }
    this.#deleteOrphans();
    this.#nextBlob = this.#highestBlob() + 1;
  }

  /** In the order in which their samples were written. */
  get all(): readonly Block[] {
    this.#ordered ??= [...this.#blocks.values()].sort((a, b) => a.sequence - b.sequence);
    return this.#ordered;
  }

  get newestSequence(): number {
    return this.all.at(-1)?.sequence ?? 0;
  }

  /** The newest day whose samples were dropped while rollups of it are kept; -Infinity where there is none. */
  get newestRolledDay(): number {
    this.#newestRolledDay ??= newestRolledDay(this.all);
    return this.#newestRolledDay;
  }

  /** Writes blobs that no block has yet: they are deleted at the next restart unless one takes them. */
  writeBlobs(blobs: readonly PackedBlob[]): BlobRef[] {
    return blobs.map(({ bytes, ...bounds }) => {
      const blob = this.#nextBlob++;
      this.#sql.exec("INSERT INTO blob VALUES (?, ?)", blob, bytes.buffer);
      return { ...bounds, blob, bytes: bytes.length };
    });
  }

  insert(block: Omit<Block, "id" | "place">): void {
    const { day, resolution, level, ...manifest } = block;
    const { id } = this.#sql
      .exec<{ id: number }>(
        "INSERT INTO block (day, resolution, level, place, manifest) VALUES (?, ?, ?, 'local', ?) RETURNING id",
        day,
        resolution,
        level,
        JSON.stringify(manifest satisfies Manifest),
      )
      .one();
    this.#blocks.set(id, { ...block, id, place: "local" });
    this.#forgetViews();
  }

  move(block: Block, place: BlockPlace): void {
    this.#sql.exec("UPDATE block SET place = ? WHERE id = ?", place, block.id);
    if (place === "cold") this.#deleteBlobs(block);
    this.#blocks.set(block.id, { ...block, place });
    this.#forgetViews();
  }

  /** Marks a block as damaged, for good. */
  setAside(block: Block): void {
    this.#sql.exec(
      "UPDATE block SET manifest = json_set(manifest, '$.isDamaged', json('true')) WHERE id = ?",
      block.id,
    );
    this.#blocks.set(block.id, { ...block, isDamaged: true });
    this.#forgetViews();
  }

  /** Deletes blobs that no block has taken. */
  discard(blobs: readonly BlobRef[]): void {
    this.#deleteBlobs({ blobs });
  }

  delete(block: Block): void {
    this.#sql.exec("DELETE FROM block WHERE id = ?", block.id);
    if (block.place !== "cold") this.#deleteBlobs(block);
    this.#blocks.delete(block.id);
    this.#forgetViews();
  }

  /** The bytes of a blob that is not cold. */
  read(blob: number): Uint8Array {
    const { bytes } = this.#sql
      .exec<{ bytes: ArrayBuffer }>("SELECT bytes FROM blob WHERE id = ?", blob)
      .one();
    return new Uint8Array(bytes);
  }

  /** A blob that is not cold. */
  open(blob: number): BlobReader {
    const reader = this.#open.get(blob) ?? new BlobReader(this.read(blob));
    // The first of the map is the one that was asked for longest ago.
    this.#open.delete(blob);
    this.#open.set(blob, reader);
    for (const oldest of this.#open.keys()) if (this.#open.size > OPEN_BLOBS) this.#open.delete(oldest);
    return reader;
  }

  #forgetViews(): void {
    this.#ordered = null;
    this.#newestRolledDay = null;
  }

  #deleteBlobs({ blobs }: Pick<Block, "blobs">): void {
    for (const { blob } of blobs) {
      this.#sql.exec("DELETE FROM blob WHERE id = ?", blob);
      this.#open.delete(blob);
    }
  }

  #deleteOrphans(): void {
    const owned = new Set(this.all.flatMap(({ blobs }) => blobs.map(({ blob }) => blob)));
    const orphans = this.#sql
      .exec<{ id: number }>("SELECT id FROM blob")
      .toArray()
      .filter(({ id }) => !owned.has(id));
    for (const { id } of orphans) this.#sql.exec("DELETE FROM blob WHERE id = ?", id);
  }

  /** Cold blobs keep their numbers, by which their objects are called. */
  #highestBlob(): number {
    return this.all.reduce(
      (highest, { blobs }) => blobs.reduce((most, { blob }) => Math.max(most, blob), highest),
      0,
    );
  }
}

/** Rollups are made when all samples of a day are packed into one block, and outlive it. */
function newestRolledDay(blocks: readonly Block[]): number {
  const kept = new Set(
    blocks.flatMap(({ day, resolution, level }) => (resolution === "raw" && level === 2 ? [day] : [])),
  );
  return blocks.reduce(
    (newest, { day, resolution }) => (resolution === "raw" || kept.has(day) ? newest : Math.max(newest, day)),
    Number.NEGATIVE_INFINITY,
  );
}
