import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ORIGIN, openCheckpoint, signCheckpoint } from "../../../workers/audit/checkpoint.ts";
import { hashLeaf } from "../../../workers/audit/merkle.ts";
import { noteSigner, openNote } from "../../../workers/audit/signed-note.ts";

/** The example of Go's golang.org/x/mod/sumdb/note, the first implementation of the format. */
const GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const GO_NOTE =
  "If you think cryptography is the answer to your problem,\n" +
  "then you don't know what your problem is.\n" +
  "\n" +
  "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const SEED = Buffer.alloc(32, 1).toString("base64url");
const OTHER_SEED = Buffer.alloc(32, 2).toString("base64url");

describe("signed notes", () => {
  it("opens a note that another implementation signed", async () => {
    expect(await openNote(GO_NOTE, GO_KEY)).toBe(GO_NOTE.slice(0, GO_NOTE.indexOf("\n\n") + 1));
    expect(await openNote(GO_NOTE.replace("answer", "question"), GO_KEY)).toBeNull();
  });

  it("signs by the key whose verifier key it tells", async () => {
    const signer = await noteSigner(ORIGIN, SEED);
    const other = await noteSigner(ORIGIN, OTHER_SEED);
    const note = await signer.sign("a text\n");
    expect(await openNote(note, signer.verifierKey)).toBe("a text\n");
    expect(await openNote(note, other.verifierKey)).toBeNull();
  });

  it("leaves signatures by other keys alone", async () => {
    const signer = await noteSigner(ORIGIN, SEED);
    const other = await noteSigner(ORIGIN, OTHER_SEED);
    const cosignature = (await other.sign("a text\n")).split("\n\n")[1] ?? "";
    const note = `${await signer.sign("a text\n")}${cosignature}`;
    expect(await openNote(note, signer.verifierKey)).toBe("a text\n");
    expect(await openNote(note, other.verifierKey)).toBe("a text\n");
  });

  it("refuses a checkpoint in which any character was changed", async () => {
    const signer = await noteSigner(ORIGIN, SEED);
    const head = { size: 20_852_163, root: hashLeaf("root") };
    const note = await signCheckpoint(signer, head);
    expect(await openCheckpoint(note, signer.verifierKey)).toMatchObject({ size: head.size });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(note.length - 2),
        fc.string({ minLength: 1, maxLength: 1 }),
        async (at, with_) => {
          fc.pre(note[at] !== with_);
          const changed = note.slice(0, at) + with_ + note.slice(at + 1);
          expect(await openCheckpoint(changed, signer.verifierKey)).toBeNull();
        },
      ),
      { numRuns: 200 },
    );
  });
});
