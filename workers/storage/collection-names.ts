/** How long an isolate may go on using a name that another one has renamed or deleted, in milliseconds. */
const FRESH_MS = 5000;
const MAX_NAMES = 1000;

const known = new Map<string, { id: string; until: number }>();

/** Keeps a question from reading D1 for the id behind its collection's name. Only names that exist are kept. */
export async function collectionIdOf(name: string, look: (name: string) => Promise<string>): Promise<string> {
  const kept = known.get(name);
  if (kept !== undefined && kept.until > Date.now()) return kept.id;
  const id = await look(name);
  if (known.size >= MAX_NAMES) known.clear();
  known.set(name, { id, until: Date.now() + FRESH_MS });
  return id;
}

/** To be called where a collection is renamed or deleted. */
export const forgetCollectionNames = (): void => known.clear();
