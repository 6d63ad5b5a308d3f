import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";
import { forgetSession, noteSession } from "../../../dashboard/src/api/session-note.ts";
import { guard } from "../../../dashboard/src/guard.ts";
import { linkToken } from "../../../dashboard/src/stores/link-token.ts";
import { useSession } from "../../../dashboard/src/stores/session.ts";
import { me, refuse, serve, signedIn } from "./fake-server.ts";

const Empty = { template: "<p />" };
const collection = {
  id: "col_1",
  name: "handbooks",
  description: null,
  visibility: "public",
  access: "read",
  documents: { ready: 1, running: 0, failed: 0 },
  chunks: 1,
  created_at: "2026-11-21T10:00:00.000Z",
  updated_at: "2026-11-21T10:00:00.000Z",
};

/** Where somebody who opens a path ends up. */
async function open(path: string): Promise<string> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: Empty, meta: { title: "Ask" } },
      { path: "/login", name: "login", component: Empty, meta: { title: "Sign in" } },
      { path: "/documents", component: Empty, meta: { title: "Documents" } },
      { path: "/account", component: Empty, meta: { title: "Account", needs: "read" } },
    ],
  });
  router.beforeEach(guard);
  await router.push(path);
  return router.currentRoute.value.fullPath;
}

function serveAs(role: Parameters<typeof me>[0], collections: unknown[]): string[] {
  const paths: string[] = [];
  serve((path) => {
    paths.push(path);
    return Response.json(path.endsWith("/me") ? me(role) : { items: collections, next_cursor: null });
  });
  return paths;
}

beforeEach(() => setActivePinia(createPinia()));
afterEach(() => {
  useSession().$dispose();
  forgetSession();
  linkToken.value = undefined;
  vi.unstubAllGlobals();
});

it("leads those who may read nothing to the sign-in page, and back", async () => {
  serveAs(null, []);
  expect(await open("/documents?q=a")).toBe("/login?next=/documents?q=a");
  expect(await open("/")).toBe("/login");
});

it("shows what is public without a sign-in, but no account", async () => {
  serveAs(null, [collection]);
  expect(await open("/documents")).toBe("/documents");
  expect(await open("/account")).toBe("/login?next=/account");
});

it("lets those in who are signed in, and past the sign-in page", async () => {
  serveAs("read", []);
  expect(await open("/account")).toBe("/account");
  expect(await open("/login?next=/documents")).toBe("/documents");
  expect(await open("/login?next=//evil.example")).toBe("/");
});

it("does not wait for the server where a session is known", async () => {
  noteSession(signedIn({ lastsMs: 900_000 }), null);
  serve(() => new Promise(() => undefined));
  expect(await open("/documents")).toBe("/documents");
});

it("shows the page, which tells of the failure, when the server does not answer", async () => {
  serve(() => refuse(503, "dependency_unavailable"));
  expect(await open("/documents")).toBe("/documents");
  expect(await open("/account")).toBe("/account");
});

it("takes a link's token out of the address", async () => {
  serveAs(null, []);
  expect(await open("/login?next=/documents#link=abc")).toBe("/login?next=/documents");
  expect(linkToken.value).toBe("abc");
});
