import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "../cli/client.ts";
import { BulkLine } from "../workers/contract/documents.ts";
import type { FileToAdd, TextToAdd } from "./question-set.ts";
import { readJsonLines } from "./read-json-lines.ts";

const LOOK_EVERY_MS = 250;
/** How long nothing may become ready before it is called a failure. */
const PATIENCE_MS = 120_000;

/**
 * Adds documents to a collection as a user would, and waits until each answers questions.
 *
 * @returns the number of chunks
 * @throws Error when one is refused or fails
 */
export async function addDocuments(
  client: Client,
  collection: string,
  documents: readonly TextToAdd[] | readonly FileToAdd[],
): Promise<number> {
  const texts = documents.filter((document) => "text" in document);
  if (texts.length > 0) await addTexts(client, collection, texts);
  for (const document of documents) {
    if ("path" in document) await client.upload(document.path, { collection, name: document.name });
  }
  let lastReady = -1;
  let lastChange = Date.now();
  for (;;) {
    const state = await client.collection(collection);
    const { ready = 0, failed = 0 } = state?.documents ?? {};
    if (failed > 0) throw new Error(`${failed} documents of ${collection} could not be ingested.`);
    if (ready === documents.length) return state?.chunks ?? 0;
    if (ready !== lastReady) {
      lastReady = ready;
      lastChange = Date.now();
    } else if (Date.now() - lastChange > PATIENCE_MS) {
      throw new Error(`Ingestion of ${collection} stands still at ${ready} of ${documents.length}.`);
    }
    await wait(LOOK_EVERY_MS);
  }
}

async function addTexts(client: Client, collection: string, texts: readonly TextToAdd[]): Promise<void> {
  const lines = texts.map((text) => `${JSON.stringify(text)}\n`).join("");
  const response = await client.request("POST", `/api/v1/documents/bulk?collection=${collection}`, lines);
  const reply = await response.text();
  for (const line of readJsonLines(reply).map((value) => BulkLine.parse(value))) {
    if ("error" in line) throw new Error(`Document ${line.line} was refused: ${line.error.detail}`);
  }
}
