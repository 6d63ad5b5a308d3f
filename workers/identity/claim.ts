/** What a credential claims, after everything that can be checked without a store. */
export type Claim =
  | { kind: "session"; sessionId: string; userId: string }
  | { kind: "key"; keyId: string; hash: string };
