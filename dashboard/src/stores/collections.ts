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

  /** @throws {Failure} when the name is taken or unfit */
  async function create(name: string): Promise<void> {
    await createCollection(name);
    await reload();
  }
  return { data, items, names, failure, loading, reload, create };
});
