import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Server {
  url: string;
  /** Ends the server and all its children at once, as a power cut would. */
  kill(): Promise<void>;
}

/** Starts the built Worker in a process group of its own. */
export async function startServer(dataDir: string): Promise<Server> {
  const script = fileURLToPath(new URL("serve.ts", import.meta.url));
  const child = spawn(process.execPath, [script, dataDir], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let url = "";
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("http")) continue;
    url = line;
    break;
  }
  if (url === "") throw new Error("The server ended before it served.");
  return {
    url,
    async kill() {
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await exited;
    },
  };
}
