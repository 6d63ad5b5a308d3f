import { z } from "zod";
import { AppError } from "./errors.ts";

const Settings = z.object({
  /** Signs the cursors of lists. `npm start` and `npm run dev` make one; a deploy sets it with `wrangler secret put`. */
  CURSOR_SECRET: z.string({ error: "a secret of 32 characters or more is needed" }).min(32),
  ENVIRONMENT: z.enum(["development", "test", "staging", "production"]),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  /** Origins that browsers may call the API from, separated by commas. Empty: only our own. */
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((origin) => origin.trim() || []))
    .pipe(z.array(z.url({ protocol: /^https?$/, error: "an origin such as https://docs.example.org" }))),
  /** Set by a start script that runs the only process: leases and queued messages from before it are void. */
  PROCESS_STARTED_AT: z.coerce.number().int().nonnegative().default(0),
});

/** The variables of the environment, checked. */
export type Settings = z.infer<typeof Settings>;

const checked = new WeakMap<Env, Settings>();

/**
 * Checks the environment once an isolate.
 *
 * @throws AppError `misconfigured`, naming each variable that is missing or wrong
 */
export function settingsOf(env: Env): Settings {
  const known = checked.get(env);
  if (known !== undefined) return known;
  const result = Settings.safeParse(env);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new AppError("misconfigured", {
      detail: `Set these as variables or secrets (docs/configuration.md): ${faults.join("; ")}.`,
    });
  }
  checked.set(env, result.data);
  return result.data;
}
