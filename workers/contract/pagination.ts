import { z } from "zod";

/** How much of a list to return, and where to go on. A cursor is opaque: pass back what the last page gave. */
export const PageRequest = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export type PageRequest = z.infer<typeof PageRequest>;

/** A page of a list; `next_cursor` is null on the last one. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });
