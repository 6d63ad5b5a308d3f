import { env } from "cloudflare:workers";
import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import type { Signer } from "../../../workers/identity/access-tokens.ts";
import { createServices } from "../../../workers/services.ts";
import { ok, send } from "../../support/api.ts";

interface PublishedKey {
  kty: string;
  kid: string;
  n: string;
  e: string;
}

/** What a forger has: a genuine token, the published key, a key of his own; and ours, as if our signer were confused. */
export interface Forge {
  token: string;
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  jwk: PublishedKey;
  ours: Signer;
}

export async function openForge(token: string): Promise<Forge> {
  const [header = "", payload = ""] = token.split(".");
  const { keys } = await ok<{ keys: PublishedKey[] }>(send("/.well-known/jwks.json"));
  const jwk = keys.find(({ kid }) => kid === decode(header).kid);
  if (jwk === undefined) throw new Error("The key that signed the token is not published.");
  const ours = await createServices(env, () => undefined).signingKeys.currentSigner();
  return { token, header: decode(header), payload: decode(payload), jwk, ours };
}

const theirs = generateKeyPairSync("rsa", { modulusLength: 2048 });
const theirJwk = theirs.publicKey.export({ format: "jwk" });

const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, "base64url").toString());
const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const join = (header: unknown, payload: unknown): string => `${encode(header)}.${encode(payload)}`;

const signedByThem = (header: unknown, payload: unknown): string => {
  const input = join(header, payload);
  return `${input}.${sign("sha256", Buffer.from(input), theirs.privateKey).toString("base64url")}`;
};

async function signedByUs({ ours }: Forge, header: unknown, payload: unknown): Promise<string> {
  const input = join(header, payload);
  const bytes = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", ours.privateKey, Buffer.from(input));
  return `${input}.${Buffer.from(bytes).toString("base64url")}`;
}

export type Forgery = [attack: string, forged: string | Promise<string>];

/** The public key in each form that a careless verifier might take for an HMAC secret. */
function publicForms({ jwk }: Forge): (string | Buffer)[] {
  const key = createPublicKey({ key: { ...jwk }, format: "jwk" });
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  return [
    pem,
    pem.trimEnd(),
    key.export({ type: "pkcs1", format: "pem" }).toString(),
    key.export({ type: "spki", format: "der" }),
    JSON.stringify(jwk),
    jwk.n,
    Buffer.from(jwk.n, "base64url"),
    "",
  ];
}

/** Claims that nobody gave the forger. */
const claims = fc.record(
  {
    role: fc.constantFrom("super_admin", "admin", "write", "root"),
    sub: fc.constantFrom("usr_00000000000000000000000000", "admin", "' OR 1=1 --"),
    sid: fc.constantFrom("ses_00000000000000000000000000", "%", ""),
    exp: fc.constantFrom(4_102_444_800, "9e99", null),
    scope: fc.constant("*"),
  },
  { requiredKeys: [] },
);

const KIDS = [
  "../../../../dev/null",
  "/etc/passwd",
  "' UNION SELECT 'secret' --",
  "x'; DROP TABLE signing_key; --",
  "key|/usr/bin/id",
  "__proto__",
  "constructor",
  "",
  "A".repeat(43),
  "A".repeat(2000),
  "https://forger.example/key.pem",
  null,
  7,
  [],
];

const BRINGS_A_KEY: Record<string, unknown> = {
  jwk: theirJwk,
  jku: "https://forger.example/jwks.json",
  x5u: "https://forger.example/chain.pem",
  x5c: ["MIIB"],
  crit: ["exp"],
  b64: false,
  zip: "DEF",
};

/** Tokens that nobody of ours made, whatever is in them. */
export function forgeries(forge: Forge): fc.Arbitrary<Forgery> {
  const { token, header, payload } = forge;
  const [head = "", body = "", signature = ""] = token.split(".");
  const unsigned = fc
    .tuple(fc.constantFrom("none", "None", "nOnE", "NONE", ""), fc.constantFrom("", "AA", signature), claims)
    .map(
      ([alg, end, more]): Forgery => [
        "alg none",
        `${join({ ...header, alg }, { ...payload, ...more })}.${end}`,
      ],
    );
  const confused = fc
    .tuple(
      fc.constantFrom("HS256", "HS384", "HS512", "RS256"),
      fc.constantFrom(...publicForms(forge)),
      claims,
    )
    .map(([alg, secret, more]): Forgery => {
      const input = join({ ...header, alg }, { ...payload, ...more });
      const digest = alg === "RS256" ? "sha256" : `sha${alg.slice(2)}`;
      return [
        "public key as secret",
        `${input}.${createHmac(digest, secret).update(input).digest("base64url")}`,
      ];
    });
  const otherKey = fc
    .tuple(claims, fc.constantFrom(header.kid, String(theirJwk.n).slice(0, 43)))
    .map(
      ([more, kid]): Forgery => [
        "key of the forger",
        signedByThem({ ...header, kid }, { ...payload, ...more }),
      ],
    );
  const kid = fc
    .tuple(fc.constantFrom(...KIDS), fc.boolean())
    .map(
      ([id, ours]): Forgery => [
        "kid",
        ours
          ? signedByUs(forge, { ...header, kid: id }, payload)
          : signedByThem({ ...header, kid: id }, payload),
      ],
    );
  const keyInHeader = fc
    .tuple(fc.constantFrom(...Object.keys(BRINGS_A_KEY)), fc.boolean())
    .map(([name, ours]): Forgery => {
      const brought = { ...header, [name]: BRINGS_A_KEY[name] };
      return [`header ${name}`, ours ? signedByUs(forge, brought, payload) : signedByThem(brought, payload)];
    });
  const otherClaims = fc
    .constantFrom<[string, Record<string, unknown>, Record<string, unknown>]>(
      ["audience", {}, { aud: "another-api" }],
      ["several audiences", {}, { aud: ["almanac-api", "another-api"] }],
      ["no audience", {}, { aud: undefined }],
      ["issuer", {}, { iss: "https://forger.example" }],
      ["typ JWT", { typ: "JWT" }, {}],
      ["no typ", { typ: undefined }, {}],
      ["expired", {}, { iat: 1_700_000_000, exp: 1_700_000_900 }],
      ["expired, issued now", {}, { exp: 1_700_000_900 }],
      ["issued long ago, for ever", {}, { iat: 1_700_000_000, exp: 4_102_444_800 }],
      ["not yet", {}, { nbf: 4_102_444_800 }],
      ["issued in the future", {}, { iat: 4_102_444_800, exp: 4_102_445_700 }],
      ["no expiry", {}, { exp: undefined }],
      ["no session", {}, { sid: undefined }],
      ["a session that is not", {}, { sid: "ses_00000000000000000000000000" }],
      ["a user that is not", {}, { sub: "usr_00000000000000000000000000" }],
    )
    .map(
      ([attack, heads, bodies]): Forgery => [
        attack,
        signedByUs(forge, { ...header, ...heads }, { ...payload, ...bodies }),
      ],
    );
  const twice = fc
    .constantFrom('"alg":"none"', '"kid":"../x"', '"typ":"JWT"', '"alg":"HS256"')
    .chain((member) => {
      const text = JSON.stringify(header);
      return fc.constantFrom(`{${member},${text.slice(1)}`, `${text.slice(0, -1)},${member}}`);
    })
    .map((text): Forgery => ["a member twice", signedByUs(forge, text, payload)]);
  const dots = fc
    .constantFrom(
      `${head}.${body}`,
      `${head}.${body}.`,
      `.${body}.${signature}`,
      `${head}..${signature}`,
      `${token}.`,
      `${token}.${signature}`,
      `${head}.${body}.${signature}.${head}.${body}`,
      `${token}=`,
      `${head}=.${body}.${signature}`,
      "..",
      ".",
    )
    .map((text): Forgery => ["dots", text]);
  const changed = fc
    .tuple(fc.nat(token.length - 1), fc.constantFrom(..."ABCxyz019-_+/=.~"))
    .filter(([at, character]) => token[at] !== character)
    .map(
      ([at, character]): Forgery => [
        "a character changed",
        token.slice(0, at) + character + token.slice(at + 1),
      ],
    );
  const promoted = claims
    .filter((more) => Object.keys(more).length > 0)
    .map((more): Forgery => ["payload exchanged", `${head}.${encode({ ...payload, ...more })}.${signature}`]);
  return fc.oneof(unsigned, confused, otherKey, kid, keyInHeader, otherClaims, twice, dots, promoted, {
    weight: 3,
    arbitrary: changed,
  });
}
