import type { Block } from "./block-store.ts";

/** Something of a block is not there, or not what was written. */
export class DamagedBlockError extends Error {
  override readonly name = "DamagedBlockError";
  readonly block: Block;

  constructor(block: Block, message: string, options?: ErrorOptions) {
    super(message, options);
    this.block = block;
  }
}
