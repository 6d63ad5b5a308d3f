import { CollectionName } from "../contract/collections.ts";
import type { Accepted } from "../contract/documents.ts";
import { AppError } from "../errors.ts";
import { type IntakePorts, takeInFile } from "./intake.ts";

export interface InboxObject {
  key: string;
  etag: string;
  size: number;
}

export interface InboxPorts {
  intake: IntakePorts;
  open(key: string): Promise<{ body: AsyncIterable<Uint8Array>; type: string | null } | null>;
  store(body: AsyncIterable<Uint8Array>): Promise<{ sha256: string; bytes: number }>;
  markSeen(object: InboxObject, documentId: string | null): Promise<void>;
  /** Told of what can never be taken in, and why. */
  refused(object: InboxObject, why: string): void;
}

/**
 * Takes in an object that was put straight into the bucket: `inbox/<collection>/<name>`. To take it in twice makes
 * no second version, as its bytes are those of the first. What can never be taken in (an empty object, a name that
 * is no collection) is marked as seen, so that it is looked at once and not with every sweep.
 *
 * @returns null when the object is gone, empty or misplaced
 */
export async function takeInObject(ports: InboxPorts, object: InboxObject): Promise<Accepted | null> {
  const place = placeOf(object.key);
  const opened = place === null ? null : await ports.open(object.key);
  if (place === null || opened === null) {
    ports.refused(object, place === null ? "the key is not inbox/<collection>/<name>" : "the object is gone");
    await ports.markSeen(object, null);
    return null;
  }
  try {
    const content = await ports.store(opened.body);
    const accepted = await takeInFile(ports.intake, {
      ...place,
      content,
      declaredType: opened.type ?? undefined,
    });
    await ports.markSeen(object, accepted.document.id);
    return accepted;
  } catch (error) {
    const isItsOwnFault = error instanceof AppError && error.status < 500;
    if (!isItsOwnFault) throw error;
    ports.refused(object, error.message);
    await ports.markSeen(object, null);
    return null;
  }
}

/** Collection and document name of an inbox key; null when it names none. */
export function placeOf(key: string): { collection: string; name: string } | null {
  const [, collection, ...path] = key.split("/");
  const name = path.join("/");
  return name !== "" && CollectionName.safeParse(collection).success && collection !== undefined
    ? { collection, name }
    : null;
}
