import type { PlannedBlock } from "../../workers/monitoring/head/upkeep-plan.ts";
import type { Block } from "./block-store.ts";

/** What plans see of a block. */
export function planned({ place, ...block }: Block): PlannedBlock {
  const bytes = block.blobs.reduce((sum, blob) => sum + blob.bytes, 0);
  return { ...block, bytes, isCold: place === "cold" };
}

/** The blocks of samples that may be merged, by day. */
export function mergeableByDay(blocks: readonly Block[]): Map<number, Block[]> {
  return Map.groupBy(
    blocks.filter(({ resolution, isDamaged }) => resolution === "raw" && isDamaged !== true),
    ({ day }) => day,
  );
}
