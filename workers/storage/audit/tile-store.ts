import type { TileResource } from "../../audit/tile-layout.ts";

const PREFIX = "audit/";

/** The log's static resources in R2, laid out as C2SP tlog-tiles: full ones never change. */
export function auditTileStore(bucket: R2Bucket) {
  const removePartial = async (path: string): Promise<void> => {
    const { objects } = await bucket.list({ prefix: `${PREFIX}${path}.p/` });
    if (objects.length > 0) await bucket.delete(objects.map(({ key }) => key));
  };

  return {
    /** Puts a tile or a bundle there; once it is full, the partial ones before it go. */
    async put({ path, bytes }: TileResource, isFull: boolean): Promise<void> {
      await bucket.put(PREFIX + path, bytes(), { httpMetadata: { contentType: "application/octet-stream" } });
      if (isFull) await removePartial(path);
    },

    /** Must come after all tiles of the checkpoint's size. */
    async putCheckpoint(note: string): Promise<void> {
      await bucket.put(`${PREFIX}checkpoint`, note, {
        httpMetadata: { contentType: "text/plain; charset=utf-8" },
      });
    },
  };
}
