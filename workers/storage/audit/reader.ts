import { checkpointLine, eventLine, toAuditEvent } from "../../audit/export-line.ts";
import { parseLeaf } from "../../audit/leaf.ts";
import type { AuditLogPort, LoggedEvent } from "../../audit/log-port.ts";
import { hashLeaf } from "../../audit/merkle.ts";
import { openParts } from "../../audit/personal.ts";
import type { SubjectKeys } from "../../audit/subject.ts";
import type { AuditEvent, AuditProof, AuditQuery, Checkpoint } from "../../contract/audit.ts";
import { AppError } from "../../errors.ts";
import type { Cursors } from "../cursor.ts";

const EVENTS_A_PART = 500;

/** Reads the audit log, with the personal data of those whose keys still live. */
export function auditReader(log: AuditLogPort, keys: Pick<SubjectKeys, "living">, cursors: Cursors) {
  const open = async (events: readonly LoggedEvent[]) => {
    const parsed = events.map(({ sequence, leaf: text }) => ({ sequence, text, leaf: parseLeaf(text) }));
    const subjects = parsed.flatMap(({ leaf }) => leaf.sealed.map(({ subject }) => subject));
    const living = await keys.living(subjects);
    return parsed.map((event) => ({ ...event, opened: openParts(event.leaf.sealed, living) }));
  };

  return {
    /** Newest first. */
    async list(query: AuditQuery): Promise<{ items: AuditEvent[]; next_cursor: string | null }> {
      const events = await log.list({
        limit: query.limit + 1,
        before: query.cursor === undefined ? null : positionOf(cursors.decode(query.cursor)),
        action: query.action ?? null,
        actor: query.actor ?? null,
        target: query.target ?? null,
        result: query.result ?? null,
        from: epochOf(query.from),
        to: epochOf(query.to),
      });
      return cursors.page(
        await open(events),
        query.limit,
        ({ sequence, leaf, opened }) => toAuditEvent(sequence, leaf, opened),
        ({ sequence, leaf }) => [Date.parse(leaf.time), String(sequence)],
      );
    },

    /** @throws AppError `event_not_found` */
    async proof(id: string): Promise<AuditProof> {
      const proof = await log.proof(id);
      if (proof === null) throw new AppError("event_not_found", { detail: `The log holds no event ${id}.` });
      return {
        event_id: id,
        leaf_index: proof.sequence,
        leaf: Buffer.from(proof.leaf).toString("base64"),
        leaf_hash: base64(hashLeaf(proof.leaf)),
        path: proof.path.map(base64),
        checkpoint: proof.checkpoint,
      };
    },

    checkpoint: (): Promise<Checkpoint> => log.checkpoint(),
    verifierKey: (): Promise<string> => log.verifierKey(),

    /** The lines of an export, some at a time: the events from a sequence on, and a checkpoint of all there are. */
    async *exportFrom(first: number): AsyncGenerator<string> {
      const checkpoint = await log.sign();
      for (let next = first; next < checkpoint.size; ) {
        const events = await log.entries(next, Math.min(EVENTS_A_PART, checkpoint.size - next));
        const lines = (await open(events)).map(({ sequence, text, leaf, opened }) =>
          eventLine(sequence, text, opened, leaf),
        );
        if (lines.length === 0) throw new Error(`The log has lost its event ${next}.`);
        next += lines.length;
        yield `${lines.join("\n")}\n`;
      }
      yield `${checkpointLine(checkpoint)}\n`;
    },
  };
}

const positionOf = ([time, sequence]: [string | number, string]) => ({
  time: Number(time),
  sequence: Number(sequence),
});

const epochOf = (time: string | undefined): number | null => (time === undefined ? null : Date.parse(time));

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
