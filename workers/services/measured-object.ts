import { meter } from "../monitoring/own-metrics/meter.ts";

/** Counts and times the calls to a Durable Object. @param objectClass as the metrics name it */
export function measured<Stub extends object>(stub: Stub, objectClass: string): Stub {
  return new Proxy(stub, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== "function" || typeof property !== "string") return value;
      return async (...call: unknown[]) => {
        const startedAt = performance.now();
        let outcome = "error";
        try {
          const result: unknown = await Reflect.apply(value, target, call);
          outcome = "ok";
          return result;
        } finally {
          meter.count("durable_object_requests_total", { class: objectClass, method: property, outcome });
          meter.observe(
            "durable_object_request_duration_seconds",
            { class: objectClass },
            (performance.now() - startedAt) / 1000,
          );
        }
      };
    },
  });
}
