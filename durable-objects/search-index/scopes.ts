import type { Segment } from "../../workers/rag/index/segment.ts";
import { seeVersions, type Visibility } from "../../workers/rag/index/visibility.ts";
import type { SearchRequest } from "../../workers/rag/search-port.ts";
import type { VersionStore } from "./version-store.ts";

/** What a search may know of, and what of it it may find. */
export interface Scope {
  visible: Visibility;
  eligible: Visibility;
  /** Marks, by row, of the versions that may be found. */
  eligibleRows: Uint8Array;
}

/** Scopes remembered between two changes of the index. */
const REMEMBERED = 16;

/** Works out what searches may see; the same question asked with the same rights costs nothing. */
export class Scopes {
  readonly #versions: VersionStore;
  readonly #known = new Map<string, Scope>();

  constructor(versions: VersionStore) {
    this.#versions = versions;
  }

  /** Must be called when segments or versions have changed. */
  forget(): void {
    this.#known.clear();
  }

  of(segments: readonly Segment[], { asOf, only, permitted, filters }: SearchRequest): Scope {
    const key = JSON.stringify([asOf, only, permitted, filters]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const selected = this.#versions.visible({ ...(asOf && { asOf }), ...(only && { only }) });
    const rows = permitted === undefined ? selected : this.#versions.permit(selected, permitted);
    const visible = seeVersions(segments, rows);
    const eligibleRows = filters === undefined ? rows : this.#versions.narrow(rows, filters);
    const eligible = filters === undefined ? visible : seeVersions(segments, eligibleRows);
    const scope = { visible, eligible, eligibleRows };
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, scope);
    return scope;
  }
}
