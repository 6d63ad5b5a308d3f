import { type SQL, sql } from "drizzle-orm";
import type { Viewer } from "../../identity/principal.ts";
import { collection, document } from "../schema.ts";

/** Lists go as one JSON parameter: D1 takes no more than 100. */
const among = (column: SQL | typeof collection.id, ids: Iterable<string>): SQL =>
  sql`${column} in (select value from json_each(${JSON.stringify([...ids])}))`;

const openVisibilities = (viewer: Viewer): SQL =>
  viewer.signedIn
    ? sql`${collection.visibility} in ('public', 'internal')`
    : sql`${collection.visibility} = 'public'`;

const isReached = (viewer: Viewer): SQL =>
  viewer.collections.size === 0
    ? openVisibilities(viewer)
    : sql`(${openVisibilities(viewer)} or ${among(collection.id, viewer.collections.keys())})`;

/** The documents that a viewer may read: a condition on `document` joined with `collection`. It says what `levelOnDocument` says. */
export function readableDocuments(viewer: Viewer): SQL | undefined {
  const within = viewer.within === null ? undefined : among(collection.id, viewer.within);
  if (viewer.everything) return within;
  const reached = sql`(not ${document.restricted} and ${isReached(viewer)})`;
  const readable =
    viewer.documents.size === 0
      ? reached
      : sql`(${reached} or ${among(sql`${document.id}`, viewer.documents.keys())})`;
  return within === undefined ? readable : sql`(${within} and ${readable})`;
}

/** The collections that a viewer may know of: those he reaches, and those in which a single document is open to him. */
export function readableCollections(viewer: Viewer): SQL | undefined {
  const within = viewer.within === null ? undefined : among(collection.id, viewer.within);
  if (viewer.everything) return within;
  const readable =
    viewer.documents.size === 0
      ? isReached(viewer)
      : sql`(${isReached(viewer)} or exists (select 1 from document d where d.collection_id = ${collection.id}
          and ${among(sql`d.id`, viewer.documents.keys())}))`;
  return within === undefined ? readable : sql`(${within} and ${readable})`;
}
