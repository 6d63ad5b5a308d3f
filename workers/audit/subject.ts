/** How long the key of a day lives, which personal data of people we do not know is encrypted with. */
export const DAY_KEY_LIFE_DAYS = 400;

const DAY_MS = 24 * 60 * 60 * 1000;
const PREFIX = "day:";

/** Whose an anonymous caller's data is: one key a day. @example daySubject(Date.UTC(2026, 10, 21)) // "day:2026-11-21" */
export const daySubject = (time: number): string => `${PREFIX}${new Date(time).toISOString().slice(0, 10)}`;

/** The first day whose key still lives at a time; keys of days before it are destroyed. */
export const oldestLivingDay = (now: number): string => daySubject(now - DAY_KEY_LIFE_DAYS * DAY_MS);

export const isDaySubject = (subject: string): boolean => subject.startsWith(PREFIX);

/** The keys that personal data in events is encrypted with, each of one subject: a user, or a day. */
export interface SubjectKeys {
  /** Makes the key at its first use; null for a subject that was erased, which never gets one again. */
  keyFor(subject: string): Promise<Uint8Array | null>;
  /** The keys that there are, by subject. */
  living(subjects: readonly string[]): Promise<Map<string, Uint8Array>>;
}
