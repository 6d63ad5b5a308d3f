import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { Checkpoint } from "../workers/contract/audit.ts";

const AuditPins = z.object({
  verifier_key: z.string(),
  checkpoints: z.array(Checkpoint.pick({ size: true, root_hash: true, note: true })),
});

/** What earlier verifications saw: the log's key, and checkpoints that the log is bound to. */
export type AuditPins = z.infer<typeof AuditPins>;

/** Null when nothing was verified yet. @throws Error when the file is not one of ours */
export async function readPins(path: string): Promise<AuditPins | null> {
  try {
    return AuditPins.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new Error(`${path} does not hold checkpoints of an audit log.`, { cause: error });
  }
}

/** Exchanges the file in one step, so that none is lost when the command is interrupted. */
export async function writePins(path: string, pins: AuditPins): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(pins, null, 2)}\n`);
  await rename(temporary, path);
}
