import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import {
  collection,
  ingestAll,
  job,
  ok,
  post,
  problem,
  request,
  upload,
  useFreshStores,
} from "../support/api.ts";

useFreshStores();

const PNG = new Uint8Array([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52,
]);
const WORD = "word/document.xml";

/** What becomes of a file that cannot be ingested: its code, after one attempt and with nothing in the index. */
async function failureOf(file: Uint8Array | string, name: string): Promise<string> {
  const accepted = await upload(file, name, { collection: "bad" });
  await ingestAll();
  const done = await job(accepted.job.id);
  expect(done).toMatchObject({ state: "failed", attempts: 1, dead_lettered: false });
  expect(done.stages.at(-1)).toMatchObject({ stage: done.stage, outcome: "failed" });
  expect(done.reason?.message.length).toBeGreaterThan(10);
  expect(await collection("bad")).toMatchObject({ documents: { ready: 0, running: 0 }, chunks: 0 });
  return done.reason?.code ?? "";
}

describe("a file that cannot be ingested says why", () => {
  it("when it is not what its name says", async () => {
    expect(await failureOf("<!doctype html><p>Not found</p>", "report.pdf")).toBe("type_mismatch");
    expect(await failureOf(PNG, "scan.docx")).toBe("type_mismatch");
  });

  it("when its type is not one of ours", async () => {
    expect(await failureOf(PNG, "scan.png")).toBe("unsupported_type");
    expect(await failureOf(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0]), "tool")).toBe(
      "unsupported_type",
    );
  });

  it("when it is a zip bomb", async () => {
    const bomb = zipSync(
      { [WORD]: new Uint8Array(80 * 1024 * 1024), "[Content_Types].xml": new Uint8Array(8) },
      { level: 9 },
    );
    expect(await failureOf(bomb, "bomb.docx")).toBe("archive_bomb");
  });

  it("when it is damaged", async () => {
    expect(await failureOf("%PDF-1.7\n%âãÏÓ\n1 0 obj\n<< broken", "cut.pdf")).toBe("damaged_document");
    expect(await failureOf('{"a": [1, 2', "cut.json")).toBe("damaged_document");
    const docx = zipSync({
      [WORD]: new TextEncoder().encode("<w:document><w:body><w:p>"),
      "[Content_Types].xml": new Uint8Array(),
    });
    expect(["damaged_document", "no_text_found"]).toContain(
      await failureOf(docx.slice(0, docx.length - 30), "cut.docx"),
    );
  });

  it("when it holds no text", async () => {
    expect(["empty_document", "no_text_found"]).toContain(await failureOf("   \n\n  ", "blank.txt"));
    expect(await failureOf("*** 🚢 --- !!!", "no-words.txt")).toBe("no_searchable_text");
  });

  it("and keeps the older version answering", async () => {
    const { document } = await upload("The bell rings at eight.", "bell.txt", { collection: "bells" });
    await ingestAll();
    const broken = await upload(PNG, "bell.txt", { collection: "bells" });
    expect(broken.document.version).toBe(2);
    await ingestAll();
    expect(await ok(request(`/api/v1/documents/${document.id}`))).toMatchObject({
      status: "failed",
      version: 2,
      live_version: 1,
    });
    expect(
      await ok(post("/api/v1/query", { question: "When does the bell ring?", collection: "bells" })),
    ).toMatchObject({
      answered: true,
    });
  });
});

describe("a request that does not fit is refused with a clear problem, and changes nothing", () => {
  const refuse = (
    path: string,
    body: string,
    headers: Record<string, string> = { "content-type": "application/json" },
  ) => problem(request(path, { method: "POST", headers, body }));

  it("when its JSON does not parse, is too deep or not JSON at all", async () => {
    expect(await refuse("/api/v1/query", '{"question": ')).toMatchObject({
      status: 400,
      code: "invalid_json",
    });
    const deep = `${'{"filters":'.repeat(5000)}1${"}".repeat(5000)}`;
    expect(await refuse("/api/v1/query", deep)).toMatchObject({ status: 400, code: "json_too_deep" });
    expect(
      await refuse("/api/v1/query", "question=why", { "content-type": "application/x-www-form-urlencoded" }),
    ).toMatchObject({
      status: 415,
      code: "unsupported_media_type",
    });
  });

  it("when it is too large", async () => {
    const body = JSON.stringify({ question: "x".repeat(300_000) });
    expect(await refuse("/api/v1/query", body)).toMatchObject({ status: 413, code: "body_too_large" });
  });

  it("when a field is wrong, naming each", async () => {
    const reply = await request("/api/v1/query", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question: " ", top_k: 1000, mode: "psychic", unknown: 1 }),
    });
    expect(reply.status).toBe(422);
    const { code, errors } = (await reply.json()) as { code: string; errors: { path: string }[] };
    expect(code).toBe("validation_failed");
    expect(errors.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["body.question", "body.top_k", "body.mode"]),
    );
  });

  it("when what it names is not there", async () => {
    expect(await problem(post("/api/v1/query", { question: "Who?", collection: "nowhere" }))).toMatchObject({
      status: 404,
      code: "collection_not_found",
    });
    expect(await problem(request("/api/v1/ingestion/jobs/job_x"))).toMatchObject({
      status: 404,
      code: "job_not_found",
    });
    expect(await problem(request("/api/v1/queries/qry_x"))).toMatchObject({
      status: 404,
      code: "query_not_found",
    });
    expect(await problem(request("/api/v1/nothing"))).toMatchObject({ status: 404, code: "not_found" });
    expect(await problem(request("/api/v1/search", { method: "DELETE" }))).toMatchObject({
      status: 405,
      code: "method_not_allowed",
    });
  });

  it("when its file is empty, missing, too many or in the wrong field", async () => {
    const send = (form: FormData) => problem(request("/api/v1/documents", { method: "POST", body: form }));
    const form = (...files: [string, string][]) => {
      const made = new FormData();
      for (const [field, content] of files) made.append(field, new File([content], "f.txt"));
      return made;
    };
    expect(await send(form(["file", ""]))).toMatchObject({ status: 422, code: "empty_document" });
    expect(await send(form())).toMatchObject({ status: 400 });
    expect(await send(form(["file", "a"], ["file", "b"]))).toMatchObject({ code: "invalid_multipart" });
    expect(await send(form(["upload", "a"]))).toMatchObject({ code: "invalid_multipart" });
    const wrong = form(["file", "a"]);
    wrong.set("metadata", "[1]");
    wrong.set("collection", "No Such Name!");
    expect(await send(wrong)).toMatchObject({ status: 422, code: "validation_failed" });
    const listed = await ok<{ items: unknown[] }>(request("/api/v1/documents"));
    expect(listed.items).toEqual([]);
  });

  it("when its name is too long or holds what is no text", async () => {
    for (const name of ["x".repeat(501), "nul\u0000.txt", "lone\ud800.txt"]) {
      expect(await problem(post("/api/v1/documents/text", { name, text: "Words." }))).toMatchObject({
        code: "validation_failed",
      });
    }
    const form = new FormData();
    form.set("file", new File(["Words."], `${"x".repeat(600)}.txt`));
    const upload = request("/api/v1/documents", { method: "POST", body: form });
    expect(await problem(upload)).toMatchObject({ status: 422, code: "validation_failed" });
  });

  it("when its multipart body breaks off", async () => {
    const body = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf of i';
    expect(
      await refuse("/api/v1/documents", body, { "content-type": "multipart/form-data; boundary=b" }),
    ).toMatchObject({ status: 400, code: "invalid_multipart" });
    expect(await refuse("/api/v1/documents", body, { "content-type": "multipart/form-data" })).toMatchObject({
      status: 400,
      code: "invalid_multipart",
    });
  });

  it("and never with a stack trace or a 500 for hostile input", async () => {
    const hostile = [
      "\u0000",
      "'; DROP TABLE document; --",
      '"{{7*7}}',
      "*".repeat(2000),
      "𝕬𝖑𝖒𝖆𝖓𝖆𝖈 🚢",
      "NEAR( a OR b)",
      "\ud800",
    ];
    for (const question of hostile) {
      const reply = await post("/api/v1/query", { question });
      expect([200, 422]).toContain(reply.status);
    }
  });

  it("always with a request id, ours or the caller's", async () => {
    const given = await request("/api/v1/nothing", { headers: { "x-request-id": "trace-42" } });
    expect(given.headers.get("x-request-id")).toBe("trace-42");
    expect(await given.json()).toMatchObject({ request_id: "trace-42", instance: "/api/v1/nothing" });
    const bad = await request("/health", { headers: { "x-request-id": "not valid!" } });
    expect(bad.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});
