/** An authenticator in software: makes ES256 passkeys and answers challenges with them, as a browser would hand it on. */

const FLAGS = { present: 0x01, verified: 0x04, attested: 0x40 };

interface Site {
  origin: string;
  hostName: string;
}

export interface SoftwarePasskey {
  id: string;
  userHandle: string;
  keys: CryptoKeyPair;
  counter: number;
}

export interface AnswerChanges {
  /** Without it the user is present, but who he is was not made sure of. */
  verified?: boolean;
  counter?: number;
}

/** Answers the options of a registration. */
export async function createPasskey(
  site: Site,
  options: { challenge: string; user: { id: string } },
  changes: AnswerChanges = {},
): Promise<{ passkey: SoftwarePasskey; response: Record<string, unknown> }> {
  const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ]);
  if (!("privateKey" in keys)) throw new Error("An ECDSA key is a pair.");
  const id = crypto.getRandomValues(new Uint8Array(16));
  const jwk = await crypto.subtle.exportKey("jwk", keys.publicKey);
  if (jwk instanceof ArrayBuffer) throw new Error("A key in JWK form is no bytes.");
  // COSE (RFC 9053): key type EC2, algorithm ES256, curve P-256, and the point.
  const coseKey = cborMap([
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, Buffer.from(jwk.x ?? "", "base64url")],
    [-3, Buffer.from(jwk.y ?? "", "base64url")],
  ]);
  const counter = changes.counter ?? 0;
  const credential = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, coseKey]);
  const authData = Buffer.concat([
    await authenticatorData(site, FLAGS.attested, counter, changes),
    credential,
  ]);
  const attestation = cborMap([
    ["fmt", "none"],
    ["attStmt", []],
    ["authData", authData],
  ]);
  const passkey = { id: base64url(id), userHandle: options.user.id, keys, counter };
  const response = {
    id: passkey.id,
    rawId: passkey.id,
    type: "public-key",
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(clientData(site, "webauthn.create", options.challenge)),
      attestationObject: base64url(attestation),
      transports: ["internal"],
    },
  };
  return { passkey, response };
}

/** Answers the options of a sign-in; the counter grows with each answer unless it is given. */
export async function answerWithPasskey(
  site: Site,
  options: { challenge: string },
  passkey: SoftwarePasskey,
  changes: AnswerChanges = {},
): Promise<Record<string, unknown>> {
  passkey.counter = changes.counter ?? passkey.counter + 1;
  const client = clientData(site, "webauthn.get", options.challenge);
  const authData = await authenticatorData(site, 0, passkey.counter, changes);
  const signed = Buffer.concat([authData, await sha256(client)]);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm, passkey.keys.privateKey, signed));
  return {
    id: passkey.id,
    rawId: passkey.id,
    type: "public-key",
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(client),
      authenticatorData: base64url(authData),
      signature: base64url(derSignature(signature)),
      userHandle: passkey.userHandle,
    },
  };
}

const clientData = ({ origin }: Site, type: string, challenge: string): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));

async function authenticatorData(
  { hostName }: Site,
  flags: number,
  counter: number,
  { verified = true }: AnswerChanges,
): Promise<Buffer> {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const all = flags | FLAGS.present | (verified ? FLAGS.verified : 0);
  return Buffer.concat([await sha256(Buffer.from(hostName)), Buffer.from([all]), count]);
}

/** WebCrypto gives the two numbers of a signature side by side; authenticators give them in DER. */
function derSignature(raw: Uint8Array): Buffer {
  const integer = (bytes: Uint8Array): Buffer => {
    const first = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.subarray(first);
    const positive = (digits[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.alloc(1), digits]) : Buffer.from(digits);
    return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
  };
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

type CborValue = number | string | Uint8Array | [];

/** As much of CBOR (RFC 8949) as passkeys take: maps of small integers, texts, bytes and an empty map. */
function cborMap(entries: [number | string, CborValue][]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flatMap((entry) => entry.map(cbor))]);
}

function cbor(value: CborValue): Buffer {
  if (typeof value === "number") return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value);
  if (typeof value === "string")
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)]);
  return value instanceof Uint8Array ? Buffer.concat([cborHead(2, value.length), value]) : cborHead(5, 0);
}

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.concat([Buffer.from([(major << 5) | 25]), uint16(value)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

const sha256 = async (bytes: Uint8Array): Promise<Buffer> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", bytes));
