import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkpointLine, type ExportedCheckpoint, eventLine } from "../../../workers/audit/export-line.ts";
import type { NoteSigner } from "../../../workers/audit/signed-note.ts";
import {
  checkpointOf,
  exportLines,
  kindsOf,
  memoryKeys,
  openSigner,
  openTrail,
  recordActs,
  toText,
  verifyText,
} from "./audit-fixtures.ts";

const EVENTS = 24;
const PINNED = [5, 16];

let signer: NoteSigner;
let leaves: string[];
let lines: string[];
let pins: ExportedCheckpoint[];

beforeAll(async () => {
  const keys = memoryKeys();
  signer = await openSigner();
  const { trail, written } = openTrail(keys);
  await recordActs(trail, EVENTS);
  leaves = written.map(({ leaf }) => leaf);
  lines = await exportLines(written, keys, signer);
  pins = await Promise.all(PINNED.map((size) => checkpointOf(leaves.slice(0, size), signer)));
});

const verify = (text: string | Uint8Array) => verifyText(text, signer.verifierKey, pins);
const lineOf = (place: number) => lines[place] ?? "";
/** The history with another leaf somewhere, exported as consistently as can be. */
const rewrite = async (place: number, by: NoteSigner | null) => {
  const changed = leaves.with(place, (leaves[place] ?? "").replace('"req-1"', '"req-2"'));
  const checkpoint = by === null ? null : await checkpointOf(changed, by);
  const { leaf = "", opened = [] } = { ...JSON.parse(lineOf(place)), leaf: changed[place] };
  const last = checkpoint === null ? lineOf(EVENTS) : checkpointLine(checkpoint);
  return toText([...lines.with(place, eventLine(place, leaf, opened)).slice(0, EVENTS), last]);
};

describe("an export that was tampered with", () => {
  it("shows any byte that was changed, put in or taken out", async () => {
    const bytes = Buffer.from(toText(lines));
    const byte = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        byte,
        fc.constantFrom("change", "put in", "take out"),
        async (at, value, how) => {
          fc.pre(how !== "change" || bytes[at] !== value);
          const put = how === "take out" ? [] : [value];
          const rest = bytes.subarray(how === "put in" ? at : at + 1);
          const changed = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), rest]);
          fc.pre(!changed.equals(bytes));
          expect((await verify(changed)).faults).not.toEqual([]);
        },
      ),
      { numRuns: 600 },
    );
  });

  it("shows events that were deleted, repeated or put in another order, and which", async () => {
    const place = fc.nat(EVENTS - 1);
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const deleted = await verify(toText(lines.toSpliced(a, 1)));
        const lastOne = a === EVENTS - 1;
        expect(kindsOf(deleted)).toEqual([lastOne ? "truncated" : "missing"]);
        expect(deleted.faults[0]?.line).toBe(a + 1);
        const repeated = await verify(toText(lines.toSpliced(a, 0, lineOf(a))));
        expect(kindsOf(repeated)).toContain("out_of_order");
        if (a === b) return;
        const swapped = await verify(toText(lines.with(a, lineOf(b)).with(b, lineOf(a))));
        expect(kindsOf(swapped)).toContain("out_of_order");
      }),
      { numRuns: 60 },
    );
  });

  it("shows that it was cut off, wherever", async () => {
    const bytes = Buffer.from(toText(lines));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(kindsOf(await verify(bytes.subarray(0, length)))).toContain("truncated");
      }),
      { numRuns: 100 },
    );
  });

  it("shows events that were deleted and the others numbered anew", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(EVENTS - 1), async (gone) => {
        const kept = leaves.toSpliced(gone, 1).map((leaf, sequence) => {
          const { opened } = JSON.parse(lineOf(sequence < gone ? sequence : sequence + 1));
          return eventLine(sequence, leaf, opened);
        });
        const verified = await verify(toText([...kept, lineOf(EVENTS)]));
        expect(verified.faults).not.toEqual([]);
        expect(verified.checkpoint).toBeNull();
      }),
    );
  });

  it("shows an event that was rewritten with everything that follows from it but the signature", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(EVENTS - 1), async (place) => {
        const verified = await verify(await rewrite(place, null));
        expect(kindsOf(verified)).toContain("rewritten");
      }),
    );
  });

  it("shows a history that another key signed", async () => {
    const verified = await verify(await rewrite(20, await openSigner(2)));
    expect(kindsOf(verified)).toEqual(["bad_signature"]);
  });

  it("shows another history that the log's own key signed, by the checkpoints seen before", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat((PINNED.at(-1) ?? 0) - 1), async (place) => {
        const verified = await verify(await rewrite(place, signer));
        expect(kindsOf(verified)).toEqual(["forked"]);
      }),
    );
  });

  it("shows an old state of the log that is passed off as the newest, by the checkpoints seen before", async () => {
    const size = 10;
    const old = [...lines.slice(0, size), checkpointLine(await checkpointOf(leaves.slice(0, size), signer))];
    expect(await verifyText(toText(old), signer.verifierKey)).toMatchObject({ faults: [] });
    expect(kindsOf(await verify(toText(old)))).toEqual(["truncated"]);
  });

  it("shows personal data that was changed, or left out as if it were erased", async () => {
    const { leaf, opened } = JSON.parse(lineOf(1));
    const forged = String(opened[0]).replace("number-1@", "nobody@");
    const changed = await verify(toText(lines.with(1, eventLine(1, leaf, [forged, opened[1]]))));
    expect(kindsOf(changed)).toEqual(["edited"]);
    const left = await verify(toText(lines.with(1, eventLine(1, leaf, [null, opened[1]]))));
    expect(kindsOf(left)).toEqual(["withheld"]);
    expect(left.faults[0]?.line).toBe(2);
  });

  it("says so, and fails for nothing else, when it is no export at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.json(), fc.string())), async (texts) => {
        expect((await verify(toText(texts))).faults).not.toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
