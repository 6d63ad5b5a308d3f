import type { LocalWorker } from "../scripts/local-worker.ts";
import { Collection } from "../workers/contract/collections.ts";
import type { AppendRequest } from "../workers/rag/search-port.ts";

/** What an index says about itself. */
export interface IndexState {
  chunks: number;
  segments: number;
  memoryBytes: number;
  storedBytes: number;
}

/** The Durable Object of one collection, called past the API, which would take hours for 100,000 chunks. */
export interface IndexHandle {
  /** Appends documents and makes them answer. */
  add(requests: AppendRequest[]): Promise<void>;
  describe(): Promise<IndexState>;
}

/** The methods of `SearchIndex` that are used here. */
interface SearchIndexStub {
  append(requests: AppendRequest[]): Promise<unknown>;
  activate(versions: { documentId: string; version: number; build: number; at: number }[]): Promise<unknown>;
  describe(): Promise<IndexState>;
}

export async function makeCollection(worker: LocalWorker, name: string): Promise<void> {
  await worker.client.send("POST", "/api/v1/collections", Collection, { name });
}

export async function openIndex(worker: LocalWorker, name: string): Promise<IndexHandle> {
  const { id } = await worker.client.send("GET", `/api/v1/collections/${name}`, Collection);
  const namespace = await worker.miniflare.getDurableObjectNamespace("SEARCH_INDEX", "almanac");
  const index = namespace.get(namespace.idFromName(id)) as unknown as SearchIndexStub;
  return {
    async add(requests) {
      await index.append(requests);
      const at = Date.now();
      await index.activate(
        requests.map(({ version: { documentId, version }, build }) => ({ documentId, version, build, at })),
      );
    },
    async describe() {
      const { chunks, segments, memoryBytes, storedBytes } = await index.describe();
      return { chunks, segments, memoryBytes, storedBytes };
    },
  };
}
