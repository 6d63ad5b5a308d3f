import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "../../cli/client.ts";

export interface Server {
  url: string;
  /** The admin's API key. */
  key: string;
  client: Client;
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
  let key = "";
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("http")) continue;
    [url = "", key = ""] = line.split(" ");
    break;
  }
  if (url === "") throw new Error("The server ended before it served.");
  return {
    url,
    key,
    client: new Client(url, key),
    async kill() {
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await exited;
    },
  };
}
