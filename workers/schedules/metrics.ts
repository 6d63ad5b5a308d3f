import type { Services } from "../services.ts";

/** Tells the shards of the metrics what the settings say, which also wakes one whose alarm was lost. */
export const keepMetrics = (services: Services): Promise<void> => services.metrics.configure();
