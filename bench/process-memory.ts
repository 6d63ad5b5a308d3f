import { readdirSync, readFileSync } from "node:fs";

const KIB = 1024;

/** Resident bytes of the runtime that this process started; null where the system does not tell (Linux does). */
export function runtimeResidentBytes(): number | null {
  try {
    const children = readdirSync("/proc").filter(
      (entry) => /^\d+$/.test(entry) && isOurRuntime(readStatus(entry)),
    );
    const sizes = children.map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(readStatus(pid))?.[1] ?? 0) * KIB);
    return sizes.length === 0 ? null : Math.max(...sizes);
  } catch {
    return null;
  }
}

const isOurRuntime = (status: string): boolean =>
  /^Name:\s+workerd$/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status);

/** Empty for a process that ended meanwhile. */
function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
