const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

export type LogLevel = (typeof LEVELS)[number];

/** Writes one JSON line an event. */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** @param write where a line goes; the console, which Workers Logs collects, unless a test listens */
export function createLog(threshold: LogLevel, write: (line: string) => void = console.log): Log {
  const at =
    (level: LogLevel) =>
    (event: string, fields: Record<string, unknown> = {}) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(threshold)) return;
      write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** What the log keeps of an error: all of it, its causes included, but the values of a statement. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const message = withoutValues(error);
  return {
    name: error.name,
    message,
    stack: error.stack?.replace(error.message, () => message),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

/** Drizzle writes the values of a statement that failed below it: addresses, hashes of passwords, whole questions. */
const withoutValues = ({ message }: Error): string =>
  message.startsWith("Failed query: ") ? (message.split("\nparams: ", 1)[0] ?? "") : message;
