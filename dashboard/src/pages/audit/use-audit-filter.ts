import { computed } from "vue";
import { useRoute, useRouter } from "vue-router";
import type { AuditFilter } from "../../api/audit.ts";

const NAMES = ["action", "actor", "target", "result", "from", "to", "cursor"] as const;

/** Which events the page shows, and which one it has open, kept in the URL. */
export function useAuditFilter() {
  const route = useRoute();
  const router = useRouter();

  const read = (name: string): string | null => {
    const value = route.query[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const filter = computed<AuditFilter>(() => ({
    action: read("action"),
    actor: read("actor"),
    target: read("target"),
    result: read("result"),
    from: read("from"),
    to: read("to"),
    cursor: read("cursor"),
  }));
  const isFiltered = computed(() => NAMES.some((name) => name !== "cursor" && read(name) !== null));

  /** Changes a part of the filter; the list then begins at its first page. */
  function change(part: Partial<Omit<AuditFilter, "cursor">>): void {
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
