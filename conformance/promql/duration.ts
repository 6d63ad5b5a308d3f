const UNITS = [
  { unit: "y", milliseconds: 365 * 24 * 3600_000 },
  { unit: "w", milliseconds: 7 * 24 * 3600_000 },
  { unit: "d", milliseconds: 24 * 3600_000 },
  { unit: "h", milliseconds: 3600_000 },
  { unit: "m", milliseconds: 60_000 },
  { unit: "s", milliseconds: 1000 },
  { unit: "ms", milliseconds: 1 },
];
const DURATION = new RegExp(`^${UNITS.map(({ unit }) => `(?:(\\d+)${unit})?`).join("")}$`);

/**
 * A duration such as "1h30m" or "0", in milliseconds; null for anything else (prometheus/common: model.ParseDuration).
 *
 * @example parseDuration("1m30s") // 90000
 */
export function parseDuration(text: string): number | null {
  if (text === "0") return 0;
  const parts = text === "" ? null : DURATION.exec(text);
  if (parts === null) return null;
  return UNITS.reduce(
    (sum, { milliseconds }, index) => sum + Number(parts[index + 1] ?? 0) * milliseconds,
    0,
  );
}
