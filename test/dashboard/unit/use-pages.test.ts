import { expect, it, vi } from "vitest";
import { effectScope } from "vue";
import { Failure } from "../../../dashboard/src/api/failure.ts";
import { usePages } from "../../../dashboard/src/api/use-pages.ts";

const pages: Record<string, { items: number[]; next_cursor: string | null }> = {
  first: { items: [1, 2], next_cursor: "second" },
  second: { items: [3], next_cursor: null },
};

it("adds page to page until the last, and begins anew when asked", async () => {
  const load = vi.fn(
    async (cursor: string | null) => pages[cursor ?? "first"] ?? { items: [], next_cursor: null },
  );
  const list = effectScope().run(() => usePages(load));
  await vi.waitUntil(() => list?.items.value?.length === 2);
  expect(list?.hasMore.value).toBe(true);
  await list?.more();
  expect(list?.items.value).toEqual([1, 2, 3]);
  expect(list?.hasMore.value).toBe(false);
  await list?.more();
  expect(load).toHaveBeenCalledTimes(2);
  await list?.reload();
  expect(list?.items.value).toEqual([1, 2]);
});

it("keeps what is there when the next page does not come", async () => {
  const load = vi.fn(async (cursor: string | null) => {
    if (cursor !== null) throw new Failure("dependency_unavailable", "Down.");
    return pages.first ?? { items: [], next_cursor: null };
  });
  const list = effectScope().run(() => usePages(load));
  await vi.waitUntil(() => list?.items.value?.length === 2);
  await list?.more();
  expect(list?.items.value).toEqual([1, 2]);
  expect(list?.failure.value?.code).toBe("dependency_unavailable");
  expect(list?.hasMore.value).toBe(true);
});
