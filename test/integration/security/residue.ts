import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** One value out of a store, and where it was. */
interface Stored {
  place: string;
  value: unknown;
}

/** Everything that the product keeps: each column of D1, each object of R2, the storage of each Durable Object. */
export async function everythingStored(): Promise<Stored[]> {
  const parts = await Promise.all([
    inDatabase(),
    inBucket(),
    inObjects(env.AUDIT_LOG),
    inObjects(env.RATE_LIMITER),
    inObjects(env.SEARCH_INDEX),
  ]);
  return parts.flat();
}

const TABLES =
  "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND substr(name, 1, 3) <> '_cf'";

const columns = (place: string, rows: readonly unknown[]): Stored[] =>
  rows.flatMap((row) =>
    Object.entries(row as object).map(([name, value]) => ({ place: `${place}.${name}`, value })),
  );

async function inDatabase(): Promise<Stored[]> {
  const { results: tables } = await env.DB.prepare(TABLES).all<{ name: string }>();
  const rows = await env.DB.batch(tables.map(({ name }) => env.DB.prepare(`SELECT * FROM "${name}"`)));
  return tables.flatMap(({ name }, i) => columns(`D1 ${name}`, rows[i]?.results ?? []));
}

async function inBucket(): Promise<Stored[]> {
  const { objects } = await env.DOCUMENTS.list({ include: ["customMetadata", "httpMetadata"] });
  const all = objects.map(async ({ key, customMetadata, httpMetadata }) => {
    const bytes = await (await env.DOCUMENTS.get(key))?.arrayBuffer();
    return [key, customMetadata, httpMetadata, bytes].map((value) => ({ place: `R2 ${key}`, value }));
  });
  return (await Promise.all(all)).flat();
}

async function inObjects<Kind extends DurableObject>(
  namespace: DurableObjectNamespace<Kind & Rpc.DurableObjectBranded>,
): Promise<Stored[]> {
  const ids = await listDurableObjectIds(namespace);
  const all = ids.map((id) =>
    runInDurableObject(namespace.get(id), async (instance: object, { storage }) => {
      const place = `${instance.constructor.name} ${id.name ?? id}`;
      const values = [...(await storage.list())].map(([key, value]) => ({ place: `${place} ${key}`, value }));
      const tables = storage.sql.exec<{ name: string }>(TABLES).toArray();
      const rows = tables.flatMap(({ name }) =>
        columns(`${place} ${name}`, storage.sql.exec(`SELECT * FROM "${name}"`).toArray()),
      );
      return [{ place, value: id.name }, ...values, ...rows];
    }),
  );
  return (await Promise.all(all)).flat();
}

/** The places that hold one of the texts: as it is, in any case, in UTF-16, in base64 at any offset, or in hex. */
export function placesOf(texts: readonly string[], stored: readonly Stored[]): string[] {
  const forms = texts.flatMap((text) => [text, text.toLowerCase()].flatMap(formsOf));
  const found = stored.flatMap(({ place, value }) => {
    const haystack = bytesOf(value).toString("latin1");
    const folded = haystack.toLowerCase();
    return forms
      .filter(({ text, exact }) => (exact ? haystack : folded).includes(text))
      .map(({ name }) => `${place}: ${name}`);
  });
  return [...new Set(found)];
}

interface Form {
  name: string;
  text: string;
  /** Whether upper and lower case differ. */
  exact: boolean;
}

function formsOf(text: string): Form[] {
  const utf8 = Buffer.from(text);
  const base64 = [0, 1, 2].flatMap((offset) => {
    // Characters that hold bits of what stands before or after are left out.
    const encoded = Buffer.concat([Buffer.alloc(offset), utf8])
      .toString("base64")
      .replace(/=+$/, "");
    const own = encoded.slice(Math.ceil((offset * 4) / 3), -1);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
  return [
    { name: text, text: utf8.toString("latin1").toLowerCase(), exact: false },
    { name: `${text} in JSON`, text: JSON.stringify(text).slice(1, -1).toLowerCase(), exact: false },
    { name: `${text} in an address`, text: encodeURIComponent(text).toLowerCase(), exact: false },
    {
      name: `${text} in UTF-16`,
      text: Buffer.from(text, "utf16le").toString("latin1").toLowerCase(),
      exact: false,
    },
    { name: `${text} in hex`, text: utf8.toString("hex"), exact: false },
    ...base64.map((encoded) => ({ name: `${text} in base64`, text: encoded, exact: true })),
  ];
}

function bytesOf(value: unknown): Buffer {
  if (value instanceof ArrayBuffer) return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return Buffer.from(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}
