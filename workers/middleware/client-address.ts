import { parseAddress } from "../limits/addresses.ts";

/** Stands for all callers whose address is not known: they share what one address may do. */
export const UNKNOWN_ADDRESS = "unknown";

interface Asked {
  req: { header(name: string): string | undefined };
}

/**
 * The network address that a request comes from, in its one canonical form. Only Cloudflare knows it, and says so in
 * `CF-Connecting-IP`, which it takes from nobody else. `X-Forwarded-For`, `X-Real-IP`, `Forwarded` and
 * `True-Client-IP` can be written by anybody, and are never looked at.
 */
export function clientAddress(c: Asked): string {
  const header = c.req.header("cf-connecting-ip");
  const address = header === undefined ? null : parseAddress(header.trim());
  return address?.toString() ?? UNKNOWN_ADDRESS;
}
