import type { ExpositionFormat } from "./write.ts";

export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

/**
 * The format that a scraper likes best, by its Accept header (RFC 9110 §12.5.1). Of equals, and for one that names
 * neither, Prometheus' own.
 */
export function negotiateExposition(accept: string | null): ExpositionFormat {
  let openMetrics = 0;
  let prometheus = 0;
  for (const range of (accept ?? "").split(",")) {
    const [mediaType = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    const version = parameters
      .find((parameter) => parameter.startsWith("version="))
      ?.slice("version=".length);
    if (mediaType === "application/openmetrics-text" && (version ?? "1.0.0") === "1.0.0")
      openMetrics = Math.max(openMetrics, quality);
    else if (mediaType === "text/plain" || mediaType === "text/*" || mediaType === "*/*")
      prometheus = Math.max(prometheus, quality);
  }
  return openMetrics > prometheus ? "openmetrics" : "prometheus";
}

function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  const quality = text === undefined ? 1 : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
