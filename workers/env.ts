import { z } from "zod";
import { AppError } from "./errors.ts";

const Settings = z.object({
  /** Signs the cursors of lists. `npm start` and `npm run dev` make one; a deploy sets it with `wrangler secret put`. */
  CURSOR_SECRET: z.string({ error: "a secret of 32 characters or more is needed" }).min(32),
  /** All keys of sign-in are derived from it: refresh tokens, API keys, and what signing and personal keys are sealed with. */
  AUTH_SECRET: z.string({ error: "a secret of 32 characters or more is needed" }).min(32),
  /** Seed of the Ed25519 key that signs the audit log's checkpoints: 32 bytes in base64url. */
  AUDIT_SIGNING_KEY: z
    .string({ error: "32 random bytes in base64url are needed" })
    .regex(/^[A-Za-z0-9_-]{43}$/, "32 random bytes in base64url are needed"),
  /** Whoever knows it may set the service up, and recover it. */
  SETUP_TOKEN: z.string({ error: "a secret of 32 characters or more is needed" }).min(32),
  ENVIRONMENT: z.enum(["development", "test", "staging", "production"]),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
  /** How often an isolate hands over what it measured of itself. 0: only when `/metrics` is asked. */
  TELEMETRY_FLUSH_SECONDS: z.coerce.number().min(0).max(25).default(5),
  /** Origins that browsers may call the API from, separated by commas. Empty: only our own. */
  CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((origin) => origin.trim() || []))
    .pipe(z.array(z.url({ protocol: /^https?$/, error: "an origin such as https://docs.example.org" }))),
  /** Names that a server in development answers by besides those of its own machine, separated by commas. */
  ALLOWED_HOSTS: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((host) => host.trim().toLowerCase() || [])),
  /** A malware scanner that is asked besides the built-in one (docs/upload-documents.md). */
  MALWARE_SCAN_URL: z
    .url({ protocol: /^https?$/, error: "an address such as https://scan.example.org/scan" })
    .optional(),
  MALWARE_SCAN_TOKEN: z.string().min(1).optional(),
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
