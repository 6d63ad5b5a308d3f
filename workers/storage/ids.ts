const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * A new identifier: a prefix that says what it names, 10 characters of time (milliseconds, so that ids sort
 * by age) and 16 of randomness, as in the ULID specification.
 *
 * @example newId("doc", Date.now()) // "doc_01k9t3v6m2c8q4r5x7y1z0w9hb"
 */
export function newId(
  prefix: "doc" | "col" | "job" | "qry" | "usr" | "ses" | "grp" | "evt",
  now: number,
): string {
  let time = "";
  for (let rest = now, digit = 0; digit < 10; digit += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => ALPHABET.charAt(byte % 32));
  return `${prefix}_${time}${random.join("")}`;
}
