import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forgetSession, noteSession } from "../../../dashboard/src/api/session-note.ts";
import { useUploads } from "../../../dashboard/src/stores/uploads.ts";
import { problem, serve, signedIn } from "./fake-server.ts";

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Stands in for the browser's XMLHttpRequest; each request waits until the test replies. */
class FakeRequest {
  static readonly open: FakeRequest[] = [];
  readonly upload: { onprogress: (event: { loaded: number; total: number }) => void } = {
    onprogress: () => undefined,
  };
  status = 0;
  responseText = "";
  form = new FormData();
  onload = () => undefined as unknown;
  onerror = () => undefined as unknown;
  open(): void {}
  setRequestHeader(): void {}
  getResponseHeader = (): string | null => null;
  send(form: FormData): void {
    this.form = form;
    FakeRequest.open.push(this);
  }
  reply({ status, body }: Reply): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload();
  }
}

const accepted = (name: string) => ({
  document: { id: `doc_${name}`, name, collection: "default", version: 1, status: "queued" },
  job: { id: `job_${name}`, state: "queued" },
  unchanged: false,
});
const file = (name: string) => new File(["text"], name, { type: "text/plain" });

beforeEach(() => {
  setActivePinia(createPinia());
  FakeRequest.open.length = 0;
  vi.stubGlobal("XMLHttpRequest", FakeRequest);
  vi.useFakeTimers();
});
afterEach(() => {
  forgetSession();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("sends two files at a time, and the next when one is through", async () => {
  serve(() => Response.json(problem(404, "job_not_found", "Gone."), { status: 404 }));
  const uploads = useUploads();
  uploads.add([file("a"), file("b"), file("c")], "default");
  expect(uploads.list.map(({ phase }) => phase)).toEqual(["sending", "sending", "waiting"]);
  await vi.advanceTimersByTimeAsync(0);
  FakeRequest.open[0]?.upload.onprogress({ loaded: 1, total: 4 });
  expect(uploads.list[0]).toMatchObject({ phase: "sending", share: 0.25 });
  FakeRequest.open[0]?.reply({ status: 202, body: accepted("a") });
  await vi.advanceTimersByTimeAsync(0);
  expect(uploads.list.map(({ phase }) => phase)).toEqual(["accepted", "sending", "sending"]);
  expect(uploads.acceptedCount).toBe(1);
});

it("keeps a refused file with the reason, and sends it again when asked", async () => {
  serve(() => Response.json(problem(404, "job_not_found", "Gone."), { status: 404 }));
  const uploads = useUploads();
  uploads.add([file("a")], "default");
  await vi.advanceTimersByTimeAsync(0);
  FakeRequest.open[0]?.reply({ status: 422, body: problem(422, "empty_document", "The file has no bytes.") });
  await vi.advanceTimersByTimeAsync(0);
  const [refused] = uploads.list;
  expect(refused).toMatchObject({
    phase: "refused",
    failure: { code: "empty_document", requestId: "req_1" },
  });
  if (refused) uploads.retry(refused);
  await vi.advanceTimersByTimeAsync(0);
  FakeRequest.open[1]?.reply({ status: 202, body: accepted("a") });
  await vi.advanceTimersByTimeAsync(0);
  expect(uploads.list).toMatchObject([{ phase: "accepted" }]);
});

it("renews a token that would end soon before it sends, and sends once more when the server asks for a new one", async () => {
  const paths: string[] = [];
  serve((path) => {
    paths.push(path);
    return path.endsWith("/refresh")
      ? Response.json(signedIn({ lastsMs: 900_000 }))
      : Response.json(problem(404, "job_not_found", "Gone."), { status: 404 });
  });
  noteSession(signedIn({ lastsMs: 110_000 }), null);
  const uploads = useUploads();
  uploads.add([file("a")], "default");
  await vi.advanceTimersByTimeAsync(0);
  expect(paths).toEqual(["/api/v1/auth/refresh"]);
  FakeRequest.open[0]?.reply({ status: 401, body: problem(401, "credential_expired", "Too old.") });
  await vi.advanceTimersByTimeAsync(0);
  expect(paths).toHaveLength(2);
  FakeRequest.open[1]?.reply({ status: 202, body: accepted("a") });
  await vi.advanceTimersByTimeAsync(0);
  expect(uploads.list).toMatchObject([{ phase: "accepted" }]);
});

it("refuses a file that is too large without sending it", () => {
  const uploads = useUploads();
  const large = file("large");
  Object.defineProperty(large, "size", { value: 101 * 1024 * 1024 });
  uploads.add([large], "default");
  expect(uploads.list).toMatchObject([{ phase: "refused", failure: { code: "body_too_large" } }]);
  expect(FakeRequest.open).toHaveLength(0);
});
