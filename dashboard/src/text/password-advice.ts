import { MAX_PASSWORD, MIN_PASSWORD } from "../api/contract.ts";

/** What is wrong with a new password as far as the browser can tell; empty when nothing is. The server knows more. */
export function passwordComplaint(password: string): string {
  const missing = MIN_PASSWORD - password.length;
  if (missing > 0) return `${missing} more ${missing === 1 ? "character" : "characters"}.`;
  return password.length > MAX_PASSWORD ? `At most ${MAX_PASSWORD} characters.` : "";
}
