import { setInterval } from "node:timers";
import { startLocalWorker } from "../../scripts/local-worker.ts";

/** Serves the built Worker on the data of argv[2] until it is killed; says where, and with which key, on its first line. */
const worker = await startLocalWorker({
  dataDir: process.argv[2] ?? "",
  port: 0,
  vars: { LOG_LEVEL: "silent" },
});
await worker.runSchedules();
setInterval(() => void worker.runSchedules(), 1000);
process.stdout.write(`${worker.url} ${worker.access.key}\n`);
