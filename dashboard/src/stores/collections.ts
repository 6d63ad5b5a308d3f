import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";
import { createCollection, listCollections } from "../api/collections.ts";
import { DEFAULT_COLLECTION } from "../api/contract.ts";
import { useResource } from "../api/use-resource.ts";
import { useSession } from "./session.ts";

/** The collections that the pickers offer, loaded once and again after a change. */
export const useCollections = defineStore("collections", () => {
  const revision = ref(0);
  const { data, failure, loading, reload } = useResource(revision, (_, signal) => listCollections(signal));
  const items = computed(() => data.value?.items ?? []);
  const names = computed(() => items.value.map(({ name }) => name));
  const session = useSession();
  /** Those that documents may be added to. */
  const writable = computed(() =>
    items.value.filter(({ access }) => session.may("write", access)).map(({ name }) => name),
  );
  /** Those that may be shared with others. */
  const manageable = computed(() => items.value.filter(({ access }) => session.may("manage", access)));

  /** Where to ask when nothing was chosen: the default collection unless only another one can answer. */
  const suggested = computed(() => {
    const withDocuments = items.value.filter(({ documents }) => documents.ready > 0).map(({ name }) => name);
    const isDefaultKnown = data.value === undefined || names.value.includes(DEFAULT_COLLECTION);
    if (withDocuments.includes(DEFAULT_COLLECTION)) return DEFAULT_COLLECTION;
    return withDocuments[0] ?? (isDefaultKnown ? DEFAULT_COLLECTION : (names.value[0] ?? DEFAULT_COLLECTION));
  });

  /** Resolves when the answer is there, a failure too. */
  function settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = watch(loading, (isLoading) => !isLoading && resolve(), { immediate: true });
    return promise.finally(stop);
  }

  /** @throws {Failure} when the name is taken or unfit */
  async function create(name: string): Promise<void> {
    await createCollection(name);
    await reload();
  }
  return { data, items, names, writable, manageable, suggested, failure, loading, settled, reload, create };
});
