import type { SampleStorage } from "../../workers/monitoring/promql/storage.ts";
import type { Annotated } from "./result.ts";
import type { TimeRange } from "./script.ts";

export interface Engine {
  instant(query: string, at: number): Promise<Annotated>;
  range(query: string, range: TimeRange): Promise<Annotated>;
}

export function makeEngine(storage: SampleStorage): Engine {
  throw new Error(`${storage}`);
}
