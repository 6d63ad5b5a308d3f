import type { SampleBatch } from "../monitoring/model/sample-batch.ts";
import { meter, type OwnValue } from "../monitoring/own-metrics/meter.ts";
import { ownSamples } from "../monitoring/own-metrics/samples.ts";
import type { OwnTotals } from "../monitoring/own-metrics/totals.ts";
import { isolate } from "../telemetry/isolate.ts";
import { describeError } from "../telemetry/log.ts";
import type { Base } from "./base.ts";

const OBJECT = "service";

/** The report that is being sent, or that could not be: it is sent again before another one is made. */
let unsent: { sequence: number; measured: ReturnType<typeof meter.take> } | null = null;
let sequence = 0;
let flushAt = 0;

/** What this service measures of itself: counted in each isolate, added up in one object, kept as samples. */
export function telemetryServices(
  { env, settings, log, inBackground }: Base,
  append: (batch: SampleBatch) => Promise<unknown>,
) {
  const totals = env.TELEMETRY_TOTALS.get(env.TELEMETRY_TOTALS.idFromName(OBJECT));

  /** Makes samples of what was counted so far. */
  const record = async (now: number): Promise<void> =>
    void (await append(ownSamples(await totals.totals(), now)));

  /** Hands over what this isolate counted. */
  async function flush(): Promise<void> {
    if (unsent === null) {
      if (meter.isEmpty) return;
      sequence += 1;
      unsent = { sequence, measured: meter.take() };
    }
    const report = unsent;
    const { isDue } = await totals.report({ from: isolate.describe().id, ...report });
    if (unsent === report) unsent = null;
    if (isDue) await record(Date.now());
  }

  return {
    telemetry: {
      flush,
      record,
      setGauges: (gauges: OwnValue[]): Promise<void> => totals.setGauges(gauges),
      /** Everything that was ever counted, what this isolate has just counted included. */
      async totals(): Promise<OwnTotals> {
        // A report that waits is sent as it is: what was counted since takes another, and never more than one.
        if (unsent !== null) await flush();
        await flush();
        return totals.totals();
      },
      /** Hands over a little later, once for all requests until then; after the reply. */
      flushSoon(): void {
        const delay = settings.TELEMETRY_FLUSH_SECONDS * 1000;
        const now = Date.now();
        if (delay === 0 || now < flushAt) return;
        flushAt = now + delay;
        const later = async () => {
          await scheduler.wait(delay);
          await flush();
        };
        inBackground(
          later().catch((error) => log.warn("telemetry_not_sent", { error: describeError(error) })),
          "report own metrics",
        );
      },
    },
  };
}
