import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, type Log, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { Client } from "../cli/client.ts";
import { type AdminAccess, adminAccess } from "./admin-access.ts";
import { localSecrets } from "./local-secrets.ts";
import { ROOT } from "./root.ts";

export interface LocalWorker {
  url: URL;
  /** Speaks to it as its admin. */
  client: Client;
  access: AdminAccess;
  miniflare: Miniflare;
  /** Runs the schedules as the cron trigger would. */
  runSchedules(): Promise<void>;
  stop(): Promise<void>;
}

export interface LocalWorkerOptions {
  /** Where D1, R2, queues and Durable Objects keep their data. */
  dataDir: string;
  /** 0 takes any free one. */
  port: number;
  vars?: Record<string, string>;
  log?: Log;
}

/**
 * Boots the built Worker on Miniflare's API, with the bindings of wrangler.toml and its data on disk: several times
 * faster than `wrangler dev`, which watches and rebuilds. Applies the D1 migrations first, and sees to it that there
 * is an admin.
 *
 * @throws Error when the bundle was not built
 */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  const secrets = localSecrets();
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"));
  const { rootPath: _, ...bound } = workerOptions as typeof workerOptions & { rootPath?: string };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...(options.log === undefined ? {} : { log: options.log }),
      host: "127.0.0.1",
      // Otherwise it asks Cloudflare where this machine is.
      cf: false,
      port: options.port,
      resourcePersistencePath: options.dataDir,
      workers: [
        {
          ...bound,
          name: "almanac",
          modules: await builtModules(),
          bindings: {
            ...(bound.bindings as Record<string, string> | undefined),
            // This is the only process on this data: what an earlier one had leased or queued died with it.
            PROCESS_STARTED_AT: String(Date.now()),
            ...secrets,
            ...options.vars,
          },
        },
      ],
    }),
  );
  const url = await miniflare.ready;
  await migrate(miniflare);
  const access = await adminAccess(url, options.dataDir, secrets.SETUP_TOKEN ?? "");
  return {
    url,
    access,
    client: new Client(url, access.key),
    miniflare,
    async runSchedules() {
      const worker = await miniflare.getWorker("almanac");
      await worker.scheduled({ cron: "* * * * *" });
    },
    stop: () => miniflare.dispose(),
  };
}

const TYPES = { ".js": "ESModule", ".mjs": "ESModule", ".wasm": "CompiledWasm", ".bin": "Data" } as const;

async function builtModules() {
  const directory = join(ROOT, "dist/worker");
  const names = (await readdir(directory)).filter((name) => /\.(?:js|mjs|wasm|bin)$/.test(name));
  const modules = await Promise.all(
    names.map(async (name) => ({
      type: TYPES[name.slice(name.lastIndexOf(".")) as keyof typeof TYPES],
      path: name,
      contents: await readFile(join(directory, name)),
    })),
  );
  // Miniflare takes the first module for the entry.
  return modules.sort((a, b) => Number(b.path === "index.js") - Number(a.path === "index.js"));
}

/** Applies what is new in migrations/, with wrangler's own book of them, so that either may go on after the other. */
async function migrate(miniflare: Miniflare): Promise<void> {
  const db = await miniflare.getD1Database("DB", "almanac");
  await db.exec(
    "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
  );
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const directory = join(ROOT, "migrations");
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  for (const name of names.filter((candidate) => !applied.has(candidate))) {
    const statements = (await readFile(join(directory, name), "utf8")).split("--> statement-breakpoint");
    await db.batch([
      ...statements.map((statement) => db.prepare(statement.trim())),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}
