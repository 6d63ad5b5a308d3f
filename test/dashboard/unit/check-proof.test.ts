import { createHash, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { AuditProof } from "../../../dashboard/src/api/admin-contract.ts";
import { checkProof } from "../../../dashboard/src/pages/audit/check-proof.ts";

/** An independent reading of RFC 6962 §2.1: the recursive definitions, as they stand there. */
const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const split = (size: number) => 2 ** Math.floor(Math.log2(size - 1));

function treeHash(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 1) return sha256(Uint8Array.of(0), leaves[0] ?? new Uint8Array());
  const k = split(leaves.length);
  return sha256(Uint8Array.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)));
}

function pathTo(index: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...pathTo(index, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...pathTo(index - k, leaves.slice(k)), treeHash(leaves.slice(0, k))];
}

const NAME = "almanac/audit";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const rawKey = Buffer.concat([
  Uint8Array.of(1),
  Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url"),
]);
const keyId = sha256(Buffer.from(`${NAME}\n`), rawKey).subarray(0, 4);
const VERIFIER_KEY = `${NAME}+${keyId.toString("hex")}+${rawKey.toString("base64")}`;

function signedNote(size: number, root: Buffer): string {
  const text = `${NAME}\n${size}\n${root.toString("base64")}\n`;
  const signature = sign(null, Buffer.from(text), privateKey);
  return `${text}\n— ${NAME} ${Buffer.concat([keyId, signature]).toString("base64")}\n`;
}

function proofOf(index: number, size: number): AuditProof {
  const leaves = Array.from({ length: size }, (_, position) =>
    Buffer.from(JSON.stringify({ v: 1, id: `evt_${position}`, note: "ü" })),
  );
  const leaf = leaves[index] ?? Buffer.alloc(0);
  const root = treeHash(leaves);
  return {
    event_id: `evt_${index}`,
    leaf_index: index,
    leaf: leaf.toString("base64"),
    leaf_hash: sha256(Uint8Array.of(0), leaf).toString("base64"),
    path: pathTo(index, leaves).map((hash) => hash.toString("base64")),
    checkpoint: {
      size,
      root_hash: root.toString("base64"),
      note: signedNote(size, root),
      signed_at: "2026-11-21T10:00:00.000Z",
    },
  };
}

const proof = proofOf(5, 11);

it("accepts the proof of each event of a log of any size", async () => {
  for (let size = 1; size <= 20; size += 1) {
    for (let index = 0; index < size; index += 1) {
      expect(await checkProof(proofOf(index, size), VERIFIER_KEY), `${index} of ${size}`).toBe("proven");
    }
  }
});

/** Another text of the same length. In base64, Q and A differ in bits that count, whatever stands around them. */
function garble(text: string, where: number): string {
  const at = where % text.length;
  return `${text.slice(0, at)}${text[at] === "Q" ? "A" : "Q"}${text.slice(at + 1)}`;
}

it("refutes a proof in which any one character is another", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat(proof.path.length - 1), async (where, which) => {
      const { leaf, path, checkpoint } = proof;
      const forgeries = [
        { ...proof, leaf: garble(leaf, where) },
        { ...proof, path: path.map((hash, position) => (position === which ? garble(hash, where) : hash)) },
        { ...proof, checkpoint: { ...checkpoint, note: garble(checkpoint.note, where) } },
      ];
      for (const forged of forgeries) expect(await checkProof(forged, VERIFIER_KEY)).toBe("refuted");
    }),
  );
});

it("refutes a proof of another event, at another place, or signed by another key", async () => {
  expect(await checkProof({ ...proof, event_id: "evt_6" }, VERIFIER_KEY)).toBe("refuted");
  expect(await checkProof({ ...proof, leaf_index: 4 }, VERIFIER_KEY)).toBe("refuted");
  expect(await checkProof({ ...proof, path: proof.path.slice(1) }, VERIFIER_KEY)).toBe("refuted");
  expect(await checkProof({ ...proof, path: [...proof.path, proof.leaf_hash] }, VERIFIER_KEY)).toBe(
    "refuted",
  );
  const other = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x ?? "";
  const otherRaw = Buffer.concat([Uint8Array.of(1), Buffer.from(other, "base64url")]);
  const otherId = sha256(Buffer.from(`${NAME}\n`), otherRaw)
    .subarray(0, 4)
    .toString("hex");
  expect(await checkProof(proof, `${NAME}+${otherId}+${otherRaw.toString("base64")}`)).toBe("refuted");
});
