import { onScopeDispose, ref, type ShallowRef, shallowRef, type WatchSource, watch } from "vue";
import { type Failure, failureFrom, isAbort } from "./failure.ts";

export interface Resource<T> {
  /** The last value loaded; a failed refresh leaves it. */
  readonly data: Readonly<ShallowRef<T | undefined>>;
  readonly failure: Readonly<ShallowRef<Failure | undefined>>;
  readonly loading: Readonly<ShallowRef<boolean>>;
  reload(): Promise<void>;
}

/** Loads a value now and whenever `source` changes; only the newest request counts. */
export function useResource<Key, T>(
  source: WatchSource<Key>,
  load: (key: Key, signal: AbortSignal) => Promise<T>,
): Resource<T> {
  const data = shallowRef<T>();
  const failure = shallowRef<Failure>();
  const loading = ref(false);
  let controller = new AbortController();
  const key = shallowRef() as ShallowRef<Key>;

  async function reload(): Promise<void> {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    loading.value = true;
    try {
      const value = await load(key.value, signal);
      if (signal.aborted) return;
      data.value = value;
      failure.value = undefined;
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      failure.value = failureFrom(error);
    }
    loading.value = false;
  }

  watch(
    source,
    (value) => {
      key.value = value;
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(() => controller.abort());
  return { data, failure, loading, reload };
}
