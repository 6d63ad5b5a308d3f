import type { Labels } from "../model/labels.ts";
import { isLegacyLabelName, isLegacyMetricName } from "../model/names.ts";
import { boundText, floatText } from "../model/number-text.ts";
import type { Exemplar } from "../model/sample-batch.ts";
import type { ExposedFamily } from "./family.ts";

export type ExpositionFormat = "prometheus" | "openmetrics";

/**
 * Writes families in Prometheus' text format 0.0.4 or OpenMetrics 1.0, in the order of their names, each family's series
 * in the order of their labels.
 */
export function writeExposition(families: readonly ExposedFamily[], format: ExpositionFormat): string {
  const write = format === "openmetrics" ? openMetricsFamily : prometheusFamily;
  const sorted = [...families].sort((a, b) => compare(a.name, b.name));
  const text = sorted.map(write).join("");
  return format === "openmetrics" ? `${text}# EOF\n` : text;
}

/** In this format a counter's family has the name of its series, and there are fewer types. */
function prometheusFamily(family: ExposedFamily): string {
  const base = baseName(family);
  const suffix = SUFFIXES[family.type] ?? "";
  const name = nameText(base + suffix);
  const help = family.help === "" ? "" : `# HELP ${name} ${escaped(family.help, /[\\\n]/g)}\n`;
  return `${help}# TYPE ${name} ${PROMETHEUS_TYPES[family.type]}\n${seriesLines(family, base, false)}`;
}

function openMetricsFamily(family: ExposedFamily): string {
  const base = baseName(family);
  const name = nameText(base);
  const unit = family.unit === "" ? "" : `# UNIT ${name} ${family.unit}\n`;
  const help = family.help === "" ? "" : `# HELP ${name} ${escaped(family.help, /[\\\n"]/g)}\n`;
  return `# TYPE ${name} ${family.type}\n${unit}${help}${seriesLines(family, base, true)}`;
}

const PROMETHEUS_TYPES: Readonly<Record<ExposedFamily["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
  unknown: "untyped",
};

const SUFFIXES: Readonly<Partial<Record<ExposedFamily["type"], string>>> = {
  counter: "_total",
  info: "_info",
};

function baseName({ name, type }: ExposedFamily): string {
  const suffix = SUFFIXES[type];
  return suffix !== undefined && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function seriesLines(family: ExposedFamily, base: string, isOpenMetrics: boolean): string {
  const bound = isOpenMetrics ? boundText : floatText;
  const lines: string[] = [];
  const add = (name: string, labels: string, value: number, exemplar?: Exemplar) => {
    const example = isOpenMetrics && exemplar !== undefined ? exemplarText(exemplar) : "";
    lines.push(`${seriesText(name, labels)} ${floatText(value)}${example}\n`);
  };
  if (family.type === "histogram") {
    for (const { labels, buckets, sum, count } of byLabels(family.series)) {
      for (const { upperBound, count: below, exemplar } of buckets)
        add(`${base}_bucket`, labelsText(labels, "le", bound(upperBound)), below, exemplar);
      add(`${base}_sum`, labelsText(labels), sum);
      add(`${base}_count`, labelsText(labels), count);
    }
  } else if (family.type === "summary") {
    for (const { labels, quantiles, sum, count } of byLabels(family.series)) {
      for (const { quantile, value } of quantiles)
        add(base, labelsText(labels, "quantile", bound(quantile)), value);
      add(`${base}_sum`, labelsText(labels), sum);
      add(`${base}_count`, labelsText(labels), count);
    }
  } else {
    const name = base + (SUFFIXES[family.type] ?? "");
    for (const { labels, value, exemplar } of byLabels(family.series))
      add(name, labelsText(labels), value, exemplar);
  }
  return lines.join("");
}

function byLabels<Series extends { readonly labels: Labels }>(series: readonly Series[]): Series[] {
  return [...series].sort((a, b) => compare(a.labels.key, b.labels.key));
}

/** A name outside the old charset stands in quotes among the labels. */
function seriesText(name: string, labels: string): string {
  if (isLegacyMetricName(name)) return labels === "" ? name : `${name}{${labels}}`;
  return `{${nameText(name)}${labels === "" ? "" : `,${labels}`}}`;
}

function nameText(name: string): string {
  return isLegacyMetricName(name) ? name : quote(name);
}

/** @param extra a label that stands last, and its value */
function labelsText(labels: Labels, extra?: string, value = ""): string {
  const parts = Array.from(labels, ([name, text]) => labelText(name, text));
  if (extra !== undefined) parts.push(labelText(extra, value));
  return parts.join(",");
}

function labelText(name: string, value: string): string {
  return `${isLegacyLabelName(name) ? name : quote(name)}=${quote(value)}`;
}

/** The time in seconds, as in all of OpenMetrics. */
function exemplarText({ labels, value, time }: Exemplar): string {
  return ` # {${labelsText(labels)}} ${floatText(value)} ${(time / 1000).toFixed(3)}`;
}

function quote(text: string): string {
  return `"${escaped(text, /[\\\n"]/g)}"`;
}

function escaped(text: string, characters: RegExp): string {
  return text.replace(characters, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
