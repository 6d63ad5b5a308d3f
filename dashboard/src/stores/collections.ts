import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { createCollection, listCollections } from "../api/collections.ts";
import { DEFAULT_COLLECTION } from "../api/contract.ts";
import { useResource } from "../api/use-resource.ts";

/** The collections that the pickers offer, loaded once and again after a change. */
export const useCollections = defineStore("collections", () => {
  const revision = ref(0);
  const { data, failure, loading, reload } = useResource(revision, (_, signal) => listCollections(signal));
  const items = computed(() => data.value?.items ?? []);
  const names = computed(() => {
    const known = items.value.map((collection) => collection.name);
    return known.includes(DEFAULT_COLLECTION) ? known : [DEFAULT_COLLECTION, ...known];
  });

  /** Where to ask when nothing was chosen: the default collection unless only another one can answer. */
  const suggested = computed(() => {
    const withDocuments = items.value.filter(({ documents }) => documents.ready > 0).map(({ name }) => name);
    return withDocuments.includes(DEFAULT_COLLECTION)
      ? DEFAULT_COLLECTION
      : (withDocuments[0] ?? DEFAULT_COLLECTION);
  });

  /** @throws {Failure} when the name is taken or unfit */
  async function create(name: string): Promise<void> {
    await createCollection(name);
    await reload();
  }
  return { data, items, names, suggested, failure, loading, reload, create };
});
