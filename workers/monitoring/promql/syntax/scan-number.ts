/** Where a number or duration ends, and whether it is one: a faulty one ends after what makes it so. */
interface ScannedNumber {
  readonly kind: "number" | "duration" | "faulty";
  readonly end: number;
}

const HEX = "0123456789abcdefABCDEF";
const DECIMAL = "0123456789";
const WORD_CHARACTER = /[0-9A-Za-z_]/;
const DURATION = /[smhdwy]s?(?:[0-9]+[smhdw]s?)*/y;

/** Takes the forms apart as Prometheus does (promql/parser/lex.go, lexNumberOrDuration), faults included. */
export function scanNumber(query: string, start: number): ScannedNumber {
  const number = digits(query, start);
  if (number.kind === "number") return number;
  DURATION.lastIndex = number.end;
  const unit = DURATION.exec(query);
  if (unit) {
    const end = number.end + unit[0].length;
    if (!continuesWord(query, end)) return { kind: "duration", end };
    return { kind: "faulty", end: end + 1 };
  }
  return { kind: "faulty", end: number.end };
}

function digits(query: string, start: number): ScannedNumber {
  let at = start;
  let pattern = DECIMAL;
  const isNext = (set: string) => at < query.length && set.includes(query.charAt(at));
  const faulty = () => ({ kind: "faulty", end: at }) as const;
  if (isNext("0")) {
    at++;
    if (isNext("xX")) {
      at++;
      if (isNext("_")) at++;
      pattern = HEX;
    }
  }
  let hasDot = false;
  let hasExponent = false;
  if (isNext(".")) at++;
  while (isNext(`${pattern}._eE`)) {
    if (isNext(pattern)) {
      at++;
    } else if (isNext(".")) {
      at++;
      if (hasDot) return faulty();
      hasDot = true;
      if (isNext("_.")) {
        at++;
        return faulty();
      }
      if (pattern === HEX) return faulty();
    } else if (isNext("eE")) {
      at++;
      if (hasExponent) return faulty();
      hasExponent = true;
      if (isNext("+-")) at++;
      if (at === query.length) return faulty();
      if (isNext("._eE")) {
        at++;
        return faulty();
      }
    } else {
      at++;
      if (at === query.length) return faulty();
      if (isNext("._eE")) {
        at++;
        return faulty();
      }
    }
  }
  return continuesWord(query, at) ? faulty() : { kind: "number", end: at };
}

function continuesWord(query: string, at: number): boolean {
  return WORD_CHARACTER.test(query.charAt(at));
}
