import { shallowRef } from "vue";

/** The token of a one-time link that was opened, until it is redeemed. Never in the address bar, nor in the history. */
export const linkToken = shallowRef<string>();

/** Takes the token out of a URL's fragment, `#link=…`. @returns whether there was one */
export function takeLinkToken(fragment: string): boolean {
  const token = new URLSearchParams(fragment.replace(/^#/, "")).get("link");
  if (!token) return false;
  linkToken.value = token;
  return true;
}
