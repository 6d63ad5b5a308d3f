#!/usr/bin/env node
import { globSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_COLLECTION } from "../workers/contract/collections.ts";
import { ADMIN_OPTIONS, ADMIN_USAGE, isAdminCommand, runAdmin } from "./admin.ts";
import { DEFAULT_PINS, formatAuditReport, savedExport, serverExport, verifyAudit } from "./audit.ts";
import { ApiError, Client } from "./client.ts";
import { type FileToIngest, ingestFiles } from "./ingest.ts";
import { keyFor } from "./local-key.ts";
import { plainText } from "./plain-text.ts";
import { formatSetUp, setUp } from "./setup.ts";
import { formatAnswer, formatFailure, progressBar } from "./terminal.ts";

const USAGE = `almanac: ask your documents

  almanac ingest PATH [PATH …] [--collection NAME]   upload files and folders, and wait until they answer
  almanac ask "QUESTION" [--collection NAME]         an answer with its citations
  almanac status [--collection NAME]                 how many documents are ready, running and failed
${ADMIN_USAGE}
  almanac audit verify [EXPORT]                      check the audit log, of the server or a saved export
  almanac audit export                               the audit log as lines of JSON
  almanac setup [--email EMAIL] [--recover]          the first administrator; takes SETUP_TOKEN from the environment

  --url URL          the server (ALMANAC_URL, or http://localhost:8787)
  --key KEY          an API key (ALMANAC_KEY, or what .almanac/admin-key holds)
  --collection NAME  default: ${DEFAULT_COLLECTION}
  --pins FILE        what earlier verifications saw (${DEFAULT_PINS})
  --verifier-key KEY what a saved export must be signed with
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: "string", default: process.env.ALMANAC_URL ?? "http://localhost:8787" },
      key: { type: "string" },
      ...ADMIN_OPTIONS,
      email: { type: "string" },
      recover: { type: "boolean", default: false },
      pins: { type: "string", default: DEFAULT_PINS },
      "verifier-key": { type: "string" },
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
  if (command === "audit") return audit(client, rest, values.pins, values["verifier-key"] ?? null);
  if (command === "setup") return setup(values.url, values);
  if (isAdminCommand(command)) {
    const result = await runAdmin(client, command, rest, values);
    if (result !== null) return say(result);
  }
  process.stderr.write(USAGE);
  return 2;
}

async function ingest(client: Client, collection: string, paths: string[]): Promise<number> {
  const files = paths.flatMap(filesBelow);
  if (files.length === 0) throw new Error(`No file at ${paths.join(", ")}.`);
  const report = await ingestFiles(client, collection, files, progressBar("Ingesting", files.length));
  for (const failure of report.failed) process.stderr.write(`${formatFailure(failure)}\n`);
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

async function audit(
  client: Client,
  [verb, path]: string[],
  pins: string,
  verifierKey: string | null,
): Promise<number> {
  if (verb === "export") {
    const { body } = await client.request("GET", "/api/v1/audit/export");
    for await (const part of body ?? []) process.stdout.write(part);
    return 0;
  }
  if (verb !== "verify") {
    process.stderr.write(USAGE);
    return 2;
  }
  const source = path === undefined ? await serverExport(client) : savedExport(path, verifierKey);
  const report = await verifyAudit(source, pins);
  say(formatAuditReport(report));
  return report.holds ? 0 : 1;
}

async function setup(
  url: string,
  { email, recover }: { email?: string | undefined; recover: boolean },
): Promise<number> {
  const token = process.env.SETUP_TOKEN;
  if (!token) throw new Error("Put the service's secret SETUP_TOKEN into the environment.");
  return say(formatSetUp(await setUp(url, token, { recover, ...(email === undefined ? {} : { email }) })));
}

function say(text: string): number {
  process.stdout.write(plainText(text));
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
    `almanac: ${plainText(message)}${error instanceof ApiError && error.problem ? ` (request ${error.problem.request_id})` : ""}\n`,
  );
  process.exitCode = 2;
}
