import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { AppError } from "../errors.ts";

const Position = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** Where a page of a list ended: the sort key of its last row, and its id to break ties. */
export type Position = z.infer<typeof Position>;

const MAC_BYTES = 12;

export type Cursors = ReturnType<typeof cursorCodec>;

/** Cursors that only we can make: a position with a keyed hash of it, in base64url. */
export function cursorCodec(secret: string) {
  const macOf = (payload: Uint8Array) =>
    createHmac("sha256", secret).update(payload).digest().subarray(0, MAC_BYTES);

  const encode = (position: Position): string => {
    const payload = Buffer.from(JSON.stringify(position));
    return Buffer.concat([macOf(payload), payload]).toString("base64url");
  };

  return {
    encode,

    /** @throws AppError `invalid_cursor` when it is not one that we gave */
    decode(cursor: string): Position {
      const bytes = Buffer.from(cursor, "base64url");
      const mac = bytes.subarray(0, MAC_BYTES);
      const payload = bytes.subarray(MAC_BYTES);
      if (mac.length === MAC_BYTES && timingSafeEqual(mac, macOf(payload))) {
        return Position.parse(JSON.parse(payload.toString()));
      }
      throw new AppError("invalid_cursor", {
        detail: "Pass `cursor` as the last page's `next_cursor` gave it, or leave it out to start over.",
      });
    },

    /** Cuts a list that was read with one row too many, and says where it goes on. */
    page<Row, Item>(
      rows: Row[],
      limit: number,
      toItem: (row: Row) => Item,
      position: (row: Row) => Position,
    ) {
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map(toItem),
        next_cursor: rows.length > limit && last !== undefined ? encode(position(last)) : null,
      };
    },
  };
}
