/** After this long a name is looked up again, in the background. */
const FRESH_MS = 5000;
/** After this long nobody is answered by it any more: another isolate may have renamed or deleted it. */
const STALE_MS = 60_000;
const MAX_NAMES = 1000;

const known = new Map<string, { id: string; since: number }>();

/**
 * Keeps a question from waiting for D1 to tell the id behind its collection's name. Only names that exist are kept.
 *
 * @param background goes on after the reply
 */
export async function collectionIdOf(
  name: string,
  look: (name: string) => Promise<string>,
  background: (work: Promise<unknown>) => void,
): Promise<string> {
  const kept = known.get(name);
  const age = kept === undefined ? Number.POSITIVE_INFINITY : Date.now() - kept.since;
  if (kept === undefined || age > STALE_MS) return remember(name, look);
  if (age > FRESH_MS) {
    known.set(name, { ...kept, since: Date.now() - FRESH_MS / 2 });
    background(remember(name, look).catch(() => known.delete(name)));
  }
  return kept.id;
}

async function remember(name: string, look: (name: string) => Promise<string>): Promise<string> {
  const id = await look(name);
  if (known.size >= MAX_NAMES) known.clear();
  known.set(name, { id, since: Date.now() });
  return id;
}

/** To be called where a collection is renamed or deleted. */
export const forgetCollectionNames = (): void => known.clear();
