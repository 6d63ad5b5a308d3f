import type { Visibility } from "../contract/access.ts";
import type { Accepted, Metadata } from "../contract/documents.ts";
import { AppError } from "../errors.ts";
import { claimedType } from "./parse/supported-type.ts";

/** A document whose bytes are in the store and that is to be entered into the books. */
export interface Upload {
  name: string;
  /** The document that gets a new version; found by name when it is not given. */
  documentId?: string;
  /** What the uploader says of it; what is not said stays as it was. */
  title: string | undefined;
  metadata: Metadata | undefined;
  /** The type, when it is certain; else parsing finds it out by content. */
  mimeType: string | null;
  declaredType: string | null;
  sha256: string;
  bytes: number;
}

/** A collection that documents go into. */
export interface Destination {
  id: string;
  name: string;
  visibility: Visibility;
}

export interface IntakePorts {
  content: {
    storeBytes(bytes: Uint8Array): Promise<{ sha256: string; bytes: number }>;
  };
  /** The collection of that name, which comes into being with its first document. */
  collection(name: string): Promise<Destination>;
  /** Enters all of them in one transaction. */
  enter(collection: Destination, uploads: Upload[]): Promise<Entered>;
  /** Lets go of bytes that were stored for what is refused now. */
  release(sha256s: string[]): void;
  /** Tells the queue; what gets lost on the way is found by the sweep. */
  announce(jobIds: string[]): void;
  /** Tells the index what documents are called and carry now. */
  describe(documentId: string): Promise<void>;
}

export interface Entered {
  /** One reply an upload, in order. */
  accepted: Accepted[];
  /** The jobs that the queue must hear of. */
  send: string[];
  /** Documents whose bytes are known and whose title or metadata changed. */
  described: string[];
}

export interface FileToTakeIn {
  content: { sha256: string; bytes: number };
  name: string;
  collection: string;
  documentId?: string | undefined;
  title?: string | undefined;
  metadata?: Metadata | undefined;
  declaredType?: string | undefined;
}

/** Enters a file whose bytes are in the store. */
export async function takeInFile(ports: IntakePorts, file: FileToTakeIn): Promise<Accepted> {
  if (file.content.bytes === 0)
    throw new AppError("empty_document", { detail: `The file "${file.name}" has no bytes.` });
  const collection = await ports.collection(file.collection);
  return onlyOne(
    await enterAll(ports, collection, [
      {
        name: file.name,
        ...(file.documentId === undefined ? {} : { documentId: file.documentId }),
        title: file.title,
        metadata: file.metadata,
        mimeType: null,
        declaredType: file.declaredType ?? null,
        ...file.content,
      },
    ]),
  );
}

export interface TextToTakeIn {
  name: string;
  text: string;
  title?: string | undefined;
  metadata?: Metadata | undefined;
}

/** Enters texts that came as text, all in one transaction; their names must differ. */
export async function takeInTexts(
  ports: IntakePorts,
  collectionName: string,
  texts: TextToTakeIn[],
): Promise<Accepted[]> {
  const collection = await ports.collection(collectionName);
  const uploads = await Promise.all(
    texts.map(async (item): Promise<Upload> => {
      const stored = await ports.content.storeBytes(new TextEncoder().encode(item.text));
      return {
        name: item.name,
        title: item.title,
        metadata: item.metadata,
        mimeType: textTypeOf(item.name),
        declaredType: null,
        ...stored,
      };
    }),
  );
  try {
    return await enterAll(ports, collection, uploads);
  } catch (error) {
    ports.release(uploads.map(({ sha256 }) => sha256));
    throw error;
  }
}

async function enterAll(ports: IntakePorts, collection: Destination, uploads: Upload[]): Promise<Accepted[]> {
  const { accepted, send, described } = await ports.enter(collection, uploads);
  ports.announce(send);
  for (const documentId of described) await ports.describe(documentId);
  return accepted;
}

/** A text is what its name says if that is a kind of text, and plain otherwise. */
function textTypeOf(name: string): string {
  const type = claimedType({ name })?.type;
  return type?.startsWith("text/") === true ? type : "text/plain";
}

function onlyOne(accepted: Accepted[]): Accepted {
  const [first] = accepted;
  if (first === undefined) throw new AppError("internal_error", { detail: "The upload was not entered." });
  return first;
}
