import type { FoundPassage } from "../search-port.ts";

/** The page that an offset into the stored text stands on, for an offset within the passage. */
export function pageOf(passage: Pick<FoundPassage, "page" | "pages">, offset: number): number {
  return passage.pages.findLast(({ start }) => start <= offset)?.page ?? passage.page;
}
