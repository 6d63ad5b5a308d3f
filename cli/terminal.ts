import type { Answer } from "../workers/contract/queries.ts";
import { plainLine, plainText } from "./plain-text.ts";

const WIDTH = 30;

/** Draws a progress bar over itself on a terminal; elsewhere only its last state, on a line. */
export function progressBar(label: string, total: number): (done: number, settled: number) => void {
  const { stdout } = process;
  return (done, settled) => {
    const filled = Math.round(done * WIDTH);
    const line = `${label} [${"█".repeat(filled)}${"·".repeat(WIDTH - filled)}] ${Math.round(done * 100)}%  ${settled}/${total}`;
    if (stdout.isTTY) stdout.write(`\r${line}${settled === total ? "\n" : ""}`);
    else if (settled === total) stdout.write(`${line}\n`);
  };
}

/** Why a file was not taken in, on one line. */
export const formatFailure = ({ name, reason }: { name: string; reason: string }): string =>
  `failed: ${plainLine(name)}: ${plainLine(reason)}`;

/** An answer with its citations, as it is printed. */
export function formatAnswer(question: string, answer: Answer): string {
  const citations = answer.citations.map(({ index, document_name, version, page, start, end, quote }) => {
    const source = `${plainLine(document_name)}, version ${version}, page ${page}, characters ${start}–${end}`;
    return `  [${index}] ${source}\n      “${plainLine(quote).trim()}”`;
  });
  const nearest = answer.answered
    ? []
    : answer.passages
        .slice(0, 3)
        .map((passage) => `  · ${plainLine(passage.document_name)}, page ${passage.page}`);
  const time = answer.timings.total;
  return [
    `Q  ${plainLine(question)}`,
    `A  ${plainText(answer.answer)}`,
    "",
    ...citations,
    ...nearest,
    ...(time === undefined ? [] : [`  ${time.toFixed(1)} ms`]),
  ].join("\n");
}
