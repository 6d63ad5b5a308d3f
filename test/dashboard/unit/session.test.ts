import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forgetSession, noteSession, readNote } from "../../../dashboard/src/api/session-note.ts";
import { useSession } from "../../../dashboard/src/stores/session.ts";
import { me, refuse, serve, signedIn } from "./fake-server.ts";

let session: ReturnType<typeof useSession>;
const visited: string[] = [];

beforeEach(() => {
  setActivePinia(createPinia());
  visited.length = 0;
  vi.stubGlobal("location", {
    pathname: "/documents",
    search: "?q=a",
    assign: (path: string) => visited.push(path),
    replace: (path: string) => visited.push(path),
    reload: () => visited.push("reload"),
  });
  session = useSession();
});
afterEach(() => {
  session.$dispose();
  forgetSession();
  vi.unstubAllGlobals();
});

it("asks once who is signed in, and again after a failure", async () => {
  let requests = 0;
  serve(() => {
    requests += 1;
    return requests === 1 ? refuse(503, "dependency_unavailable") : Response.json(me("write"));
  });
  await expect(session.load()).rejects.toMatchObject({ code: "dependency_unavailable" });
  expect(session.isAnonymous).toBe(false);
  await Promise.all([session.load(), session.load()]);
  await session.load();
  expect(requests).toBe(2);
  expect(session.isSignedIn).toBe(true);
});

it("offers what the role and the access allow together", async () => {
  expect(session.may("write", "manage")).toBe(false);
  serve(() => Response.json(me("read")));
  await session.load();
  expect(session.may("read", "read")).toBe(true);
  expect(session.may("write", "manage")).toBe(false);
  serve(() => Response.json(me("write")));
  await session.reload();
  expect(session.may("write", "read")).toBe(false);
  expect(session.may("write", "write")).toBe(true);
  expect(session.may("manage", "write")).toBe(false);
  expect(session.has("admin")).toBe(false);
});

it("renews a session whose access token the browser lost before its time", async () => {
  noteSession(signedIn({ lastsMs: 60_000 }), null);
  let isRenewed = false;
  serve((path) => {
    if (!path.endsWith("/refresh")) return Response.json(me(isRenewed ? "read" : null));
    isRenewed = true;
    return Response.json(signedIn({ lastsMs: 900_000 }));
  });
  await session.load();
  expect(session.isSignedIn).toBe(true);
});

it("knows that nobody is signed in", async () => {
  serve(() => Response.json(me(null)));
  await session.load();
  expect(session.isAnonymous).toBe(true);
  expect(session.has("read")).toBe(false);
});

it("signs out on the server first, then forgets and loads the sign-in page", async () => {
  noteSession(signedIn({ lastsMs: 60_000 }), null);
  serve(() => refuse(503, "dependency_unavailable"));
  await expect(session.signOut()).rejects.toMatchObject({ status: 503 });
  expect(visited).toEqual([]);
  expect(readNote()).not.toBeNull();
  const paths: string[] = [];
  serve((path) => {
    paths.push(path);
    return new Response(null, { status: 204 });
  });
  await session.signOut();
  expect(paths).toEqual(["/api/v1/auth/sign-out"]);
  expect(visited).toEqual(["/login"]);
  expect(readNote()).toBeNull();
});

it("clears the cookies of a session that is over, and leads back after signing in", async () => {
  noteSession(signedIn({ lastsMs: 60_000 }), null);
  const paths: string[] = [];
  serve((path) => {
    paths.push(path);
    return path.endsWith("/sign-out") ? new Response(null, { status: 204 }) : refuse(401, "session_ended");
  });
  await expect(session.load()).rejects.toMatchObject({ code: "session_ended" });
  await vi.waitUntil(() => visited.length > 0);
  expect(paths).toEqual(["/api/v1/auth/me", "/api/v1/auth/sign-out"]);
  expect(visited).toEqual([`/login?next=${encodeURIComponent("/documents?q=a")}`]);
});

it("leaves when another tab signs out, and loads anew when somebody else signs in there", async () => {
  serve(() => Response.json(me("read")));
  await session.load();
  const otherTab = new BroadcastChannel("almanac.session");
  otherTab.postMessage({ kind: "began", userId: "usr_1" });
  otherTab.postMessage({ kind: "began", userId: "usr_2" });
  otherTab.postMessage({ kind: "ended" });
  await vi.waitUntil(() => visited.length > 1);
  expect(visited).toEqual(["reload", `/login?next=${encodeURIComponent("/documents?q=a")}`]);
  otherTab.close();
});
