import * as fc from "fast-check";
import { gzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { UnparsableError } from "../../../workers/ingestion/parsed-document.ts";
import { builtInScanner } from "../../../workers/ingestion/scan/built-in-scanner.ts";
import { TestFileSearch } from "../../../workers/ingestion/scan/test-file.ts";
import { join, PACKINGS, type Packing, pack, TEST_FILE } from "./test-archives.ts";

const scan = (bytes: Uint8Array) =>
  builtInScanner(() => Promise.resolve()).scan({ bytes, name: "file", sha256: "0" });
const FOUND = { clean: false, threat: "EICAR-Test-File" };
const MIB = 1024 * 1024;

const packings = fc.array(fc.constantFrom(...(Object.keys(PACKINGS) as Packing[])), { maxLength: 4 });
const noise = fc.uint8Array({ maxLength: 6000 });

describe("the test file", () => {
  it.each([
    ["as it is", []],
    ["in a Word document", ["docx"]],
    ["in a ZIP archive in a ZIP archive", ["deflated", "deflated"]],
    ["in gzip", ["gzip"]],
    ["in a Word document in gzip in a ZIP archive", ["docx", "gzip", "stored"]],
  ] as const)("is found %s", async (_, how) => {
    expect(await scan(pack(TEST_FILE, how))).toEqual(FOUND);
  });

  it("is found at any place, however it is packed", async () => {
    await fc.assert(
      fc.asyncProperty(noise, noise, packings, async (before, after, how) => {
        expect(await scan(pack(join(before, TEST_FILE, after), how))).toEqual(FOUND);
      }),
      { numRuns: 150 },
    );
  });

  it("is found in pieces, however they are cut", async () => {
    const file = fc.tuple(noise, noise).map(([before, after]) => join(before, TEST_FILE, after));
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.property(file, cuts, (bytes, sizes) => {
        const search = new TestFileSearch();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          search.look(bytes.subarray(at, at + size));
          at += size;
        }
        expect(search.found).toBe(true);
      }),
    );
  });

  it("is found where what is unpacked comes in several steps", async () => {
    const random = crypto.getRandomValues(new Uint8Array(60_000));
    for (const at of [0, 4090, 32_740, 59_990]) {
      const file = join(random.subarray(0, at), TEST_FILE, random.subarray(at));
      expect(await scan(pack(file, ["deflated", "gzip"])), String(at)).toEqual(FOUND);
    }
  });

  it("is found in a later member of a gzip file, and before the damage of a damaged one", async () => {
    const members = join(gzipSync(new Uint8Array(70_000)), gzipSync(TEST_FILE));
    expect(await scan(members)).toEqual(FOUND);
    expect(await scan(join(gzipSync(TEST_FILE), new Uint8Array(99).fill(7)))).toEqual(FOUND);
  });

  it("is found in the second of two entries of one name", async () => {
    const archive = zipSync({ "same-1": new Uint8Array(9), "same-2": TEST_FILE });
    const renamed = Uint8Array.from(archive, (byte, at) =>
      byte === 0x32 && archive[at - 1] === 0x2d && archive[at - 2] === 0x65 ? 0x31 : byte,
    );
    expect(await scan(renamed)).toEqual(FOUND);
  });

  it("is not seen in what merely resembles it", async () => {
    for (let at = 0; at < TEST_FILE.length; at += 1) {
      const resembling = TEST_FILE.slice();
      resembling[at] = (resembling[at] ?? 0) ^ 1;
      expect(await scan(pack(resembling, ["deflated"]))).toEqual({ clean: true });
    }
  });
});

describe("what is harmless", () => {
  /** A damaged directory may claim more parts or bytes than an archive may hold. */
  const scanDamaged = (bytes: Uint8Array) =>
    scan(bytes).catch((error: unknown) => {
      if (error instanceof UnparsableError && error.code === "archive_too_large") return { clean: true };
      throw error;
    });

  it("is clean, packed or not, whole or damaged", async () => {
    await fc.assert(
      fc.asyncProperty(noise, packings, fc.nat(), fc.nat(255), async (bytes, how, position, byte) => {
        const packed = pack(bytes, how);
        expect(await scan(packed)).toEqual({ clean: true });
        if (packed.length === 0) return;
        packed[position % packed.length] = byte;
        expect(await scanDamaged(packed)).toEqual({ clean: true });
        expect(await scanDamaged(packed.subarray(0, position % packed.length))).toEqual({ clean: true });
      }),
      { numRuns: 150, examples: [[Uint8Array.of(0, 40, 0, 1), ["deflated"], 1143607129, 40]] },
    );
  });

  it("may begin like an archive", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom([0x1f, 0x8b, 8], [0x50, 0x4b, 3, 4]), noise, async (magic, rest) => {
        const bytes = join(Uint8Array.from(magic), rest);
        expect(await scan(bytes)).toEqual({ clean: true });
        expect(await scan(pack(bytes, ["deflated"]))).toEqual({ clean: true });
      }),
    );
  });
});

describe("an archive beyond the bounds", () => {
  const refused = (bytes: Uint8Array) => expect(scan(bytes)).rejects;

  it("is refused when it is nested too deeply, in whatever", async () => {
    await refused(pack(TEST_FILE.slice(1), ["gzip", "deflated", "gzip", "stored", "docx"])).toMatchObject({
      code: "archive_too_deep",
    });
  });

  it("is refused when it holds itself more often than anybody could unpack", async () => {
    let bomb: Uint8Array = zipSync({ "0": new Uint8Array(4 * MIB) });
    for (const _ of [1, 2]) {
      bomb = zipSync(Object.fromEntries(Array.from("0123456789abcdef", (name) => [name, bomb])));
    }
    expect(bomb.length).toBeLessThan(2 * MIB);
    await refused(bomb).toMatchObject({ code: "archive_too_large" });
  });

  it("is refused when one entry unpacks to far more than its size", async () => {
    const member = gzipSync(new Uint8Array(8 * MIB), { level: 1 });
    await refused(join(...Array<Uint8Array>(13).fill(member))).toMatchObject({ code: "archive_too_large" });
  });

  it("is refused when it has too many entries, in one archive or in all of them", async () => {
    const many = (count: number) =>
      zipSync(
        Object.fromEntries(Array.from({ length: count }, (_, number) => [String(number), new Uint8Array()])),
        {
          level: 0,
        },
      );
    await refused(many(10_001)).toMatchObject({ code: "archive_too_large" });
    await refused(zipSync({ a: many(6000), b: many(6000) })).toMatchObject({ code: "archive_too_large" });
    expect(await scan(many(9_000))).toEqual({ clean: true });
  });
});
