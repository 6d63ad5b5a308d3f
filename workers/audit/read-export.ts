import { openCheckpoint } from "./checkpoint.ts";
import { Erasures } from "./erasures.ts";
import { checkpointLine, type ExportedCheckpoint, eventLine } from "./export-line.ts";
import { type Leaf, parseLeaf } from "./leaf.ts";
import { CompactRange, hashLeaf } from "./merkle.ts";
import { isCommittedTo } from "./personal.ts";
import type { Fault, FaultKind, Trusted, Verification } from "./verification.ts";

/** One who tampered with everything is not to fill the memory with faults. */
const MOST_FAULTS = 50;

/** Reads an export line by line, and remembers what does not hold. */
export class ExportReader {
  readonly #trusted: Trusted;
  readonly #pins: ExportedCheckpoint[];
  readonly #tree = new CompactRange();
  readonly #erasures = new Erasures();
  readonly #faults: Fault[] = [];
  #line = 0;
  #expected = 0;
  /** Once a line is lost or out of its place, every root differs: to say so again would help nobody. */
  #rootsTell = true;
  #pinsConfirmed = 0;
  #checkpoint: ExportedCheckpoint | null = null;
  #sealed = false;

  constructor(trusted: Trusted) {
    this.#trusted = trusted;
    this.#pins = trusted.pins.toSorted((a, b) => a.size - b.size);
    this.#comparePins();
  }

  /** Takes an event's line; a checkpoint's is given back, to be checked before the next line. */
  read(text: string): ExportedCheckpoint | null {
    this.#line += 1;
    const line = parseLine(text);
    if (line === null) {
      this.#rootsTell = false;
      this.#fault("unreadable", "is not a line of an export");
    } else if ("checkpoint" in line) {
      this.#sealed = true;
      if (checkpointLine(line.checkpoint) === text) return line.checkpoint;
      this.#fault("edited", "is not the checkpoint as it was exported");
    } else {
      this.#readEvent(text, line);
    }
    return null;
  }

  /** Compares the tree so far with a checkpoint. */
  async check(checkpoint: ExportedCheckpoint): Promise<void> {
    const { size, root_hash, note } = checkpoint;
    const head = await openCheckpoint(note, this.#trusted.verifierKey);
    if (head === null)
      return this.#fault("bad_signature", "holds a checkpoint that the log's key did not sign");
    if (head.size !== size || Buffer.from(head.root).toString("base64") !== root_hash) {
      return this.#fault("edited", "holds a checkpoint that says something else than what was signed");
    }
    const events = this.#tree.size;
    if (!this.#rootsTell) return;
    if (size > events) {
      this.#rootsTell = false;
      return this.#fault("truncated", `holds a checkpoint of ${size} events, of which ${events} are there`);
    }
    if (size < events || this.#root() !== root_hash) {
      this.#rootsTell = false;
      return this.#fault("rewritten", `holds a checkpoint that commits to other events than these ${events}`);
    }
    this.#checkpoint = checkpoint;
  }

  /** @param rest what stands after the last newline */
  finish(rest: string): Verification {
    this.#line += 1;
    if (rest !== "") this.#fault("truncated", "ends before its newline");
    else if (!this.#sealed) this.#fault("truncated", "should be a checkpoint, but the export ends before it");
    if (this.#rootsTell) {
      for (const { size } of this.#pins) {
        this.#faults.push({
          kind: "truncated",
          line: null,
          message: `A checkpoint seen earlier has ${size} events; there are only ${this.#tree.size} now.`,
        });
      }
    }
    for (const { line, subject } of this.#erasures.unexplained()) {
      this.#line = line;
      this.#fault("withheld", `leaves out personal data of ${subject}, whom no event erases`);
    }
    return {
      events: this.#tree.size,
      root: this.#root(),
      checkpoint: this.#faults.length === 0 ? this.#checkpoint : null,
      pinsConfirmed: this.#pinsConfirmed,
      faults: this.#faults.slice(0, MOST_FAULTS),
    };
  }

  #readEvent(text: string, { sequence, leaf, opened, parsed }: EventParts): void {
    if (sequence !== this.#expected) {
      this.#rootsTell = false;
      const late = sequence < this.#expected;
      this.#fault(
        late ? "out_of_order" : "missing",
        late
          ? `is event ${sequence}, where ${this.#expected} should follow`
          : `is event ${sequence}: ${this.#expected} to ${sequence - 1} are missing`,
      );
    }
    this.#expected = sequence + 1;
    const committed =
      parsed.sealed.length === opened.length &&
      parsed.sealed.every((part, i) => {
        const plaintext = opened[i] ?? null;
        return plaintext === null || isCommittedTo(part, plaintext);
      });
    if (!committed || !rebuilds(text, sequence, leaf, opened, parsed)) {
      this.#fault("edited", `says something else of event ${sequence} than its leaf`);
    }
    this.#erasures.note(this.#line, parsed, opened);
    this.#sealed = false;
    this.#tree.append(hashLeaf(leaf));
    this.#comparePins();
  }

  #comparePins(): void {
    for (let pin = this.#pins[0]; pin?.size === this.#tree.size; pin = this.#pins[0]) {
      this.#pins.shift();
      if (!this.#rootsTell) continue;
      if (pin.root_hash === this.#root()) {
        this.#pinsConfirmed += 1;
        continue;
      }
      this.#faults.push({
        kind: "forked",
        line: null,
        message: `The first ${pin.size} events are others than those that a checkpoint seen earlier commits to.`,
      });
    }
  }

  #fault(kind: FaultKind, what: string): void {
    if (this.#faults.length < MOST_FAULTS) {
      this.#faults.push({ kind, line: this.#line, message: `Line ${this.#line} ${what}.` });
    }
  }

  #root(): string {
    return Buffer.from(this.#tree.root()).toString("base64");
  }
}

interface EventParts {
  sequence: number;
  leaf: string;
  opened: (string | null)[];
  parsed: Leaf;
}

function parseLine(text: string): EventParts | { checkpoint: ExportedCheckpoint } | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    if ("checkpoint" in value) {
      const { checkpoint } = value;
      return isCheckpoint(checkpoint) ? { checkpoint } : null;
    }
    const { sequence, leaf, opened } = value as Partial<Record<string, unknown>>;
    if (!Number.isSafeInteger(sequence) || typeof leaf !== "string" || !isPlaintexts(opened)) return null;
    return { sequence: Number(sequence), leaf, opened, parsed: parseLeaf(leaf) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isCheckpoint(value: unknown): value is ExportedCheckpoint {
  if (typeof value !== "object" || value === null) return false;
  const { size, root_hash, note } = value as Partial<Record<string, unknown>>;
  return Number.isSafeInteger(size) && typeof root_hash === "string" && typeof note === "string";
}

const isPlaintexts = (value: unknown): value is (string | null)[] =>
  Array.isArray(value) && value.every((part) => part === null || typeof part === "string");

/** Whether an export would have written this line. */
function rebuilds(
  text: string,
  sequence: number,
  leaf: string,
  opened: (string | null)[],
  parsed: Leaf,
): boolean {
  try {
    return eventLine(sequence, leaf, opened, parsed) === text;
  } catch (error) {
    // A plaintext that is no JSON is none that was sealed.
    if (error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}
