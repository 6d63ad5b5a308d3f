import { compileEngine } from "./regex.ts";

type Part = string | { readonly group: number | string };

/**
 * Rewrites whole values that match a pattern of RE2's syntax; null for one that does not. In the template, `$1`,
 * `${1}`, `$name` and `${name}` stand for what a group matched, `$$` for a dollar sign (Go: regexp.Expand).
 *
 * @param longest once the text has more characters, nothing is added to it
 * @example regexReplacer("(.*):.*", "$1", 100)("host:9090") // "host"
 * @throws RegexError
 */
export function regexReplacer(
  pattern: string,
  template: string,
  longest = Number.POSITIVE_INFINITY,
): (value: string) => string | null {
  const regex = compileEngine(pattern);
  const names = regex.namedGroups();
  const parts = partsOf(template).map((part) =>
    typeof part === "object" && typeof part.group === "string" ? { group: names[part.group] ?? -1 } : part,
  );
  const groups = regex.groupCount();
  return (value) => {
    const match = regex.matcher(value);
    if (!match.matches()) return null;
    let text = "";
    for (const part of parts) {
      if (text.length > longest) break;
      if (typeof part === "string") text += part;
      else if (typeof part.group === "number" && part.group >= 0 && part.group <= groups) {
        text += match.group(part.group) ?? "";
      }
    }
    return text;
  };
}

/** A name is as long as it can be: `$1x` is the group `1x`. A dollar sign without a name stands for itself. */
function partsOf(template: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const match of template.matchAll(/\$(?:(\$)|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu)) {
    parts.push(template.slice(end, match.index));
    const [text, dollar, name = match[3] ?? ""] = match;
    parts.push(dollar ?? { group: /^(0|[1-9]\d{0,7})$/.test(name) ? Number(name) : name });
    end = match.index + text.length;
  }
  parts.push(template.slice(end));
  return parts;
}
