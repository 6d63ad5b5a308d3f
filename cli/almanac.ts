#!/usr/bin/env node
import { globSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_COLLECTION } from "../workers/contract/collections.ts";
import { ApiError, Client } from "./client.ts";
import { type FileToIngest, ingestFiles } from "./ingest.ts";
import { keyFor } from "./local-key.ts";
import { formatAnswer, progressBar } from "./terminal.ts";

const USAGE = `almanac: ask your documents

  almanac ingest PATH [PATH …] [--collection NAME]   upload files and folders, and wait until they answer
  almanac ask "QUESTION" [--collection NAME]         an answer with its citations
  almanac status [--collection NAME]                 how many documents are ready, running and failed

  --url URL          the server (ALMANAC_URL, or http://localhost:8787)
  --key KEY          an API key (ALMANAC_KEY, or what .almanac/admin-key holds)
  --collection NAME  default: ${DEFAULT_COLLECTION}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: "string", default: process.env.ALMANAC_URL ?? "http://localhost:8787" },
      key: { type: "string" },
      collection: { type: "string", default: DEFAULT_COLLECTION },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [command, ...rest] = positionals;
  const client = new Client(values.url, values.key ?? keyFor(values.url));
  if (values.help) return say(USAGE);
  if (command === "ingest" && rest.length > 0) return ingest(client, values.collection, rest);
  if (command === "ask" && rest.length > 0) return ask(client, values.collection, rest.join(" "));
  if (command === "status") return status(client, values.collection);
  process.stderr.write(USAGE);
  return 2;
}

async function ingest(client: Client, collection: string, paths: string[]): Promise<number> {
  const files = paths.flatMap(filesBelow);
  if (files.length === 0) throw new Error(`No file at ${paths.join(", ")}.`);
  const report = await ingestFiles(client, collection, files, progressBar("Ingesting", files.length));
  for (const { name, reason } of report.failed) process.stderr.write(`failed: ${name}: ${reason}\n`);
  say(`${report.ready} ready, ${report.failed.length} failed\n`);
  return report.failed.length === 0 ? 0 : 1;
}

/** A file by its own name; a folder's files by their path within it. */
function filesBelow(path: string): FileToIngest[] {
  if (!statSync(path).isDirectory()) return [{ path, name: basename(path) }];
  return globSync("**/*", { cwd: path })
    .map((name) => ({ path: join(path, name), name: relative(path, join(path, name)) }))
    .filter(
      (file) => statSync(file.path).isFile() && !file.name.split("/").some((part) => part.startsWith(".")),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

async function ask(client: Client, collection: string, question: string): Promise<number> {
  const answer = await client.ask({ question, collection });
  say(`${formatAnswer(question, answer)}\n`);
  return answer.answered ? 0 : 1;
}

async function status(client: Client, name: string): Promise<number> {
  const collection = await client.collection(name);
  if (collection === null) throw new Error(`There is no collection named "${name}".`);
  const { ready, running, failed } = collection.documents;
  return say(`${name}: ${ready} ready, ${running} running, ${failed} failed; ${collection.chunks} chunks\n`);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const refused = error instanceof TypeError && error.message === "fetch failed";
  const message = refused
    ? "The server does not answer. Start it with `npm start`."
    : String((error as Error).message);
  process.stderr.write(
    `almanac: ${message}${error instanceof ApiError && error.problem ? ` (request ${error.problem.request_id})` : ""}\n`,
  );
  process.exitCode = 2;
}
