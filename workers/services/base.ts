import { type Settings, settingsOf } from "../env.ts";
import { type Cursors, cursorCodec } from "../storage/cursor.ts";
import { type Database, openDatabase } from "../storage/database.ts";
import { createLog, describeError, type Log } from "../telemetry/log.ts";
import { type UsageWriter, usageWriter } from "../telemetry/usage.ts";

/** What all other services are made with. */
export interface Base {
  env: Env;
  settings: Settings;
  log: Log;
  db: Database;
  cursors: Cursors;
  /** Notes what was used; nobody waits for it. */
  usage: UsageWriter;
  /** Keeps the isolate alive for work that goes on after the reply. */
  background: (work: Promise<unknown>) => void;
  /** The same for work whose failure is only logged. */
  inBackground: (work: Promise<unknown>, what: string) => void;
}

export function createBase(env: Env, background: Base["background"]): Base {
  const settings = settingsOf(env);
  const log = createLog(settings.LOG_LEVEL);
  return {
    env,
    settings,
    log,
    db: openDatabase(env.DB),
    cursors: cursorCodec(settings.CURSOR_SECRET),
    usage: usageWriter(env.USAGE, settings.ENVIRONMENT),
    background,
    inBackground: (work, what) =>
      background(
        work.catch((error) => log.error("background_work_failed", { what, error: describeError(error) })),
      ),
  };
}
