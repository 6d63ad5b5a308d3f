import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Not -0: Prometheus itself sends it as 0. */
const ODD_VALUES = ["NaN", "+Inf", "-Inf", "0", "1e308", "5e-324", "0.30000000000000004", "-1.5"];

export interface Exporter {
  address: string;
  /** How often it was scraped. */
  readonly scrapes: number;
  /** Goes away: who scrapes it finds nothing. */
  stop(): Promise<void>;
}

/** A target whose series take every kind of value, one of them coming and going. */
export async function startExporter(): Promise<Exporter> {
  let scrapes = 0;
  const server = createServer((_, reply) => {
    scrapes += 1;
    reply.setHeader("content-type", "text/plain; version=0.0.4");
    reply.end(exposition(scrapes));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get scrapes() {
      return scrapes;
    },
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

function exposition(scrape: number): string {
  const lines = [
    "# HELP odd Values that are easily lost.",
    "# TYPE odd gauge",
    `odd{kind="cycle"} ${ODD_VALUES[scrape % ODD_VALUES.length]}`,
    ...(scrape % 3 === 0 ? [] : [`odd{kind="sometimes",quote="\\"ü\\n\\\\"} ${scrape / 100}`]),
    `odd{kind="random"} ${Math.random()}`,
    "# TYPE turns counter",
    `turns_total ${scrape}`,
    "# TYPE spread histogram",
    `spread_bucket{le="0.5"} ${scrape}`,
    `spread_bucket{le="+Inf"} ${2 * scrape}`,
    `spread_sum ${scrape * 1.1}`,
    `spread_count ${2 * scrape}`,
  ];
  return `${lines.join("\n")}\n`;
}
