import type { AppendRequest } from "../rag/search-port.ts";
import { coalesced } from "./coalesce.ts";
import type { IndexWriter } from "./ports.ts";

type Activation = Parameters<IndexWriter["activate"]>[0];

/** A search index as it is called: many at a time, each call one transaction. */
export interface ManyWriter extends Pick<IndexWriter, "search" | "remove"> {
  append(requests: AppendRequest[]): Promise<{ appended: number }>;
  activate(versions: Activation[]): Promise<(number | null)[]>;
}

/** How many requests one call carries; each has a bounded number of chunks. */
const REQUESTS_A_CALL = 16;

/** Gives one writer a collection, which puts together what the jobs of a batch write side by side. */
export function indexWriters(
  open: (collectionId: string) => ManyWriter,
): (collectionId: string) => IndexWriter {
  const writers = new Map<string, IndexWriter>();
  return (collectionId) => {
    const known = writers.get(collectionId);
    if (known !== undefined) return known;
    const index = open(collectionId);
    const writer: IndexWriter = {
      append: coalesced(async (requests: AppendRequest[]) => {
        await index.append(requests);
        return requests.map(() => undefined);
      }, REQUESTS_A_CALL),
      activate: coalesced((versions: Activation[]) => index.activate(versions), REQUESTS_A_CALL),
      search: (request) => index.search(request),
      remove: (document) => index.remove(document),
    };
    writers.set(collectionId, writer);
    return writer;
  };
}
