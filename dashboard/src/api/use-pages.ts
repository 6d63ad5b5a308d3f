import { computed, onScopeDispose, type Ref, ref, shallowRef } from "vue";
import { type Failure, failureFrom, isAbort } from "./failure.ts";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** A list that grows page by page. */
export interface Pages<Item> {
  readonly items: Readonly<Ref<readonly Item[] | undefined>>;
  readonly failure: Readonly<Ref<Failure | undefined>>;
  readonly loading: Readonly<Ref<boolean>>;
  readonly hasMore: Readonly<Ref<boolean>>;
  /** Adds the next page. */
  more(): Promise<void>;
  /** Begins anew with the first page; what is there stays until it has come. */
  reload(): Promise<void>;
}

/** Loads the first page now, and another each time it is asked to; what was asked for last counts. */
export function usePages<Item>(
  load: (cursor: string | null, signal: AbortSignal) => Promise<Page<Item>>,
): Pages<Item> {
  const items = shallowRef<readonly Item[]>();
  const next = ref<string | null>(null);
  const failure = shallowRef<Failure>();
  const loading = ref(false);
  const hasMore = computed(() => next.value !== null);
  let controller = new AbortController();

  async function fetchFrom(cursor: string | null): Promise<void> {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    loading.value = true;
    try {
      const page = await load(cursor, signal);
      if (signal.aborted) return;
      items.value = cursor === null ? page.items : [...(items.value ?? []), ...page.items];
      next.value = page.next_cursor;
      failure.value = undefined;
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      failure.value = failureFrom(error);
    }
    loading.value = false;
  }

  const reload = () => fetchFrom(null);
  const more = async () => {
    if (next.value !== null && !loading.value) await fetchFrom(next.value);
  };
  onScopeDispose(() => controller.abort());
  void reload();
  return { items, failure, loading, hasMore, more, reload };
}
