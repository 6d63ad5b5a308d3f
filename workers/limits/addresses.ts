import ipaddr from "ipaddr.js";

/** An address that stands for itself: IPv4, or an IPv6 one that is no IPv4 address in disguise. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** How much of an IPv6 address a network hands out to one customer: the rest is theirs to change with each request. */
const CUSTOMER_BITS = 64;

/** Reads an address; null when it is none. Forms that programs read differently (octal, short) are none. */
export function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!ipaddr.IPv6.isValid(text) || text.includes("%")) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * What is counted together: an IPv4 address, or the network of 64 bits that an IPv6 address lies in.
 *
 * @example bucketOf("2001:db8:1:2:aaaa::1") // "2001:db8:1:2::/64"
 */
export function bucketOf(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null || parsed.kind() === "ipv4") return address;
  const bytes = parsed.toByteArray().fill(0, CUSTOMER_BITS / 8);
  return `${ipaddr.fromByteArray(bytes).toString()}/${CUSTOMER_BITS}`;
}
