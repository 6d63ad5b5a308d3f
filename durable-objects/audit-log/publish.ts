import { resourcesBetween, type TileResource } from "../../workers/audit/tile-layout.ts";
import { type ReadTile, TILE_WIDTH } from "../../workers/audit/tiles.ts";
import type { Checkpoint } from "../../workers/contract/audit.ts";

export interface Publication {
  read: ReadTile;
  leaves(from: number, to: number): string[];
  tiles: {
    put(resource: TileResource, isFull: boolean): Promise<void>;
    putCheckpoint(note: string): Promise<void>;
  };
  /** Remembers that the tree of this size is out. */
  published(size: number): void;
}

/** So much is put out before it is remembered: what is stopped then goes on from there. */
const LEAVES_A_STEP = 64 * TILE_WIDTH;
/** Connections that a Worker may have open at once. */
const PUTS_AT_ONCE = 6;

/**
 * Puts out what a checkpoint needs and an earlier size did not have, the checkpoint last, so that whoever reads it
 * finds every tile of it. May be repeated and stopped at any point.
 */
export async function publish(publication: Publication, from: number, checkpoint: Checkpoint): Promise<void> {
  for (let done = from; done < checkpoint.size; ) {
    const step = Math.floor(done / TILE_WIDTH) * TILE_WIDTH + LEAVES_A_STEP;
    const to = Math.min(checkpoint.size, step);
    await putAll(publication, [...resourcesBetween(done, to, publication.read, publication.leaves)]);
    // The last step counts only once its checkpoint is out.
    if (to === checkpoint.size) await publication.tiles.putCheckpoint(checkpoint.note);
    publication.published(to);
    done = to;
  }
}

async function putAll({ tiles }: Publication, resources: TileResource[]): Promise<void> {
  for (let next = 0; next < resources.length; next += PUTS_AT_ONCE) {
    const some = resources.slice(next, next + PUTS_AT_ONCE);
    await Promise.all(some.map((resource) => tiles.put(resource, resource.width === TILE_WIDTH)));
  }
}
