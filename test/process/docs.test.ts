import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addDocuments } from "../../eval/add-documents.ts";
import { readGoldenSet } from "../../eval/golden-set.ts";
import { build } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/root.ts";
import { Answer } from "../../workers/contract/queries.ts";
import { codeBlocksOf, pages } from "./doc-pages.ts";
import { type Server, startServer } from "./server.ts";

const execute = promisify(execFile);
const DOCUMENTED_ADDRESS = "http://localhost:8787";
const SECONDS_A_BLOCK = 30;

/** Makes a reply that is no success fail the block, as a reader would want to know. */
const STRICT = `set -euo pipefail
curl() { command curl --fail-with-body --show-error "$@"; }
`;

interface Runner {
  command: string;
  argumentsFor(code: string): string[];
  /** Programs that must be there besides. */
  needs: string[];
}

const RUNNERS: Record<string, Runner> = {
  sh: { command: "bash", argumentsFor: (code) => ["-c", STRICT + code], needs: ["curl"] },
  js: { command: process.execPath, argumentsFor: (code) => ["--input-type=module", "-e", code], needs: [] },
  python: { command: "python3", argumentsFor: (code) => ["-c", code], needs: [] },
};

let dataDir = "";
let server: Server;

beforeAll(async () => {
  build();
  dataDir = await mkdtemp(join(tmpdir(), "almanac-"));
  server = await startServer(dataDir);
  const { documents } = await readGoldenSet();
  await addDocuments(server.client, "samples", documents);
});

afterAll(async () => {
  await server.kill();
  await rm(dataDir, { recursive: true, force: true });
});

const blocks = pages.flatMap(codeBlocksOf).filter(({ language }) => language in RUNNERS);

it.for(blocks)("$page holds true from line $line on", async ({ language, code }, { skip }) => {
  const runner = RUNNERS[language];
  if (runner === undefined) throw new Error(`Nothing runs ${language}.`);
  const missing = [runner.command, ...runner.needs].find((program) => !isInstalled(program));
  skip(missing !== undefined, `${missing} is not installed`);
  const address = server.url.replace(/\/$/, "");
  const failure = await execute(
    runner.command,
    runner.argumentsFor(code.replaceAll(DOCUMENTED_ADDRESS, address)),
    {
      cwd: ROOT,
      timeout: SECONDS_A_BLOCK * 1000,
      env: { ...process.env, ALMANAC_URL: address, ALMANAC_KEY: server.key },
    },
  ).then(
    () => null,
    ({ message, stdout, stderr }: Error & { stdout: string; stderr: string }) => message + stdout + stderr,
  );
  expect(failure).toBe(null);
});

it("README.md shows the reply that its question gets", async () => {
  const ofReadme = codeBlocksOf("README.md");
  const [, body = ""] =
    /-d '(.*?)'/s.exec(ofReadme.find(({ language }) => language === "sh")?.code ?? "") ?? [];
  const shown = Answer.parse(JSON.parse(ofReadme.find(({ language }) => language === "json")?.code ?? ""));
  const reply = await server.client.ask(JSON.parse(body));
  expect(checkable(shown)).toEqual(checkable(reply));
});

/** What of an answer is the same wherever the samples are ingested. */
function checkable({ answered, answer, citations }: Answer) {
  return { answered, answer, citations: citations.map(({ document_id: _, ...citation }) => citation) };
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}
