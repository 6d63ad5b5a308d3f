import { computed } from "vue";
import { type LocationQuery, useRoute, useRouter } from "vue-router";
import type { DocumentFilter } from "../../api/documents.ts";

const NAMES = ["collection", "status", "q", "sort", "cursor"] as const;

/** What the list shows, kept in the URL. */
export function useDocumentFilter() {
  const route = useRoute();
  const router = useRouter();

  const filter = computed<DocumentFilter>(() => {
    const [collection, status, q, sort, cursor] = NAMES.map((name) => readText(route.query, name));
    return {
      collection: collection ?? null,
      status: status ?? null,
      q: q ?? null,
      sort: sort ?? null,
      cursor: cursor ?? null,
    };
  });
  const isFiltered = computed(() =>
    ["collection", "status", "q"].some((name) => readText(route.query, name)),
  );

  /** Changes a part of the filter; the list then begins at its first page. */
  function change(part: Partial<Omit<DocumentFilter, "cursor">>): void {
    const entries = Object.entries({ ...filter.value, ...part, cursor: null }).filter(([, value]) => value);
    void router.replace({ query: Object.fromEntries(entries) });
  }

  function clear(): void {
    void router.replace({ query: {} });
  }

  /** The address of the page that begins at a cursor; null is the first. */
  const pageAddress = (cursor: string | null) => {
    const { cursor: _, ...query } = route.query;
    return { query: cursor === null ? query : { ...query, cursor } };
  };

  return { filter, isFiltered, change, clear, pageAddress };
}

function readText(query: LocationQuery, name: string): string | null {
  const value = query[name];
  return typeof value === "string" && value !== "" ? value : null;
}
