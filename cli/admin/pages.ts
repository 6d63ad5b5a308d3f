import type { Client } from "../client.ts";

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

const MOST_A_PAGE = 200;

/** All items of a list, page after page. */
export async function allOf<Item>(
  client: Client,
  path: string,
  schema: { parse(value: unknown): Page<Item> },
): Promise<Item[]> {
  const first = `${path}${path.includes("?") ? "&" : "?"}limit=${MOST_A_PAGE}`;
  const items: Item[] = [];
  let next: string | null = first;
  while (next !== null) {
    const page: Page<Item> = await client.send("GET", next, schema);
    items.push(...page.items);
    next = page.next_cursor === null ? null : `${first}&cursor=${encodeURIComponent(page.next_cursor)}`;
  }
  return items;
}
