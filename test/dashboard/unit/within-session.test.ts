import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { fetchJson } from "../../../dashboard/src/api/request.ts";
import { forgetSession, noteSession, readNote } from "../../../dashboard/src/api/session-note.ts";
import { onSessionOver } from "../../../dashboard/src/api/within-session.ts";
import { refuse, serve, signedIn } from "./fake-server.ts";

const MINUTE = 60_000;
const Word = z.object({ word: z.string() });
const read = (path = "/api/v1/word") => fetchJson(Word, path);

/** A server whose token is good or not, and which counts what it is asked. */
function keeper(renew: () => Response) {
  const asked = { refresh: 0, word: 0 };
  let isGood = false;
  serve((path) => {
    if (path === "/api/v1/auth/refresh") {
      asked.refresh += 1;
      const reply = renew();
      isGood = reply.ok;
      return reply;
    }
    asked.word += 1;
    return isGood ? Response.json({ word: "yes" }) : refuse(401, "credential_expired");
  });
  return asked;
}

let ends = 0;
let stop = () => {};
beforeEach(() => {
  ends = 0;
  stop = onSessionOver(() => {
    ends += 1;
  });
});
afterEach(() => {
  stop();
  forgetSession();
  vi.unstubAllGlobals();
});

it("renews once for many requests that are refused at the same time, and repeats each", async () => {
  noteSession(signedIn({ lastsMs: 10 * MINUTE }), null);
  const asked = keeper(() => Response.json(signedIn({ lastsMs: 15 * MINUTE })));
  const words = await Promise.all(Array.from({ length: 20 }, () => read()));
  expect(words).toHaveLength(20);
  expect(asked).toEqual({ refresh: 1, word: 40 });
  expect(ends).toBe(0);
});

it("does not renew for a refusal of a request that was sent before another one renewed", async () => {
  noteSession(signedIn({ lastsMs: 10 * MINUTE }), null);
  const late = Promise.withResolvers<Response>();
  let refreshes = 0;
  let isGood = false;
  serve((path) => {
    if (path === "/api/v1/auth/refresh") {
      refreshes += 1;
      isGood = true;
      return Response.json(signedIn({ lastsMs: 15 * MINUTE }));
    }
    if (isGood) return Response.json({ word: "yes" });
    return path === "/late" ? late.promise : refuse(401, "credential_expired");
  });
  const slow = read("/late");
  await read();
  late.resolve(refuse(401, "credential_expired"));
  await slow;
  expect(refreshes).toBe(1);
});

it("leaves it at one renewal when the new token is refused as well", async () => {
  const asked = { refresh: 0, word: 0 };
  serve((path) => {
    const isRefresh = path === "/api/v1/auth/refresh";
    asked[isRefresh ? "refresh" : "word"] += 1;
    return isRefresh ? Response.json(signedIn({ lastsMs: 15 * MINUTE })) : refuse(401, "credential_expired");
  });
  await expect(read()).rejects.toMatchObject({ code: "credential_expired" });
  expect(asked).toEqual({ refresh: 1, word: 2 });
});

it("tells that the session is over when it cannot be renewed, and forgets it", async () => {
  noteSession(signedIn({ lastsMs: 10 * MINUTE }), null);
  const asked = keeper(() => refuse(401, "session_ended"));
  await expect(read()).rejects.toMatchObject({ code: "credential_expired" });
  expect(asked).toEqual({ refresh: 1, word: 1 });
  expect(ends).toBe(1);
  expect(readNote()).toBeNull();
});

it("keeps the session when the server cannot renew it just now", async () => {
  noteSession(signedIn({ lastsMs: 10 * MINUTE }), null);
  keeper(() => refuse(503, "dependency_unavailable"));
  await expect(read()).rejects.toMatchObject({ code: "dependency_unavailable" });
  expect(ends).toBe(0);
  expect(readNote()).not.toBeNull();
});

it("does not try to renew a session that was ended elsewhere", async () => {
  noteSession(signedIn({ lastsMs: 10 * MINUTE }), null);
  const paths: string[] = [];
  serve((path) => {
    paths.push(path);
    return refuse(401, "session_ended");
  });
  await expect(read()).rejects.toMatchObject({ code: "session_ended" });
  expect(paths).toEqual(["/api/v1/word"]);
  expect(ends).toBe(1);
});

it("renews a token that is known to have ended before it asks: what is public would be all that it gets", async () => {
  noteSession(signedIn({ lastsMs: -MINUTE }), null);
  const asked = keeper(() => Response.json(signedIn({ lastsMs: 15 * MINUTE })));
  await read();
  expect(asked).toEqual({ refresh: 1, word: 1 });
});

it("takes over what another tab renewed while it waited for its turn", async () => {
  noteSession(signedIn({ lastsMs: -MINUTE }), null);
  vi.stubGlobal("navigator", {
    locks: {
      request: async (_name: string, act: () => Promise<unknown>) => {
        noteSession(signedIn({ lastsMs: 15 * MINUTE }), null);
        return act();
      },
    },
  });
  const paths: string[] = [];
  serve((path) => {
    paths.push(path);
    return Response.json({ word: "yes" });
  });
  await read();
  expect(paths).toEqual(["/api/v1/word"]);
});

it("counts by its own clock, however wrong that is", () => {
  const now = Date.now();
  const serverNow = now + 3 * 60 * MINUTE;
  const reply = {
    ...signedIn({ lastsMs: 0 }),
    access_expires_at: new Date(serverNow + MINUTE).toISOString(),
  };
  noteSession(reply, new Date(serverNow).toUTCString());
  const lasts = (readNote()?.accessUntil ?? 0) - now;
  expect(lasts).toBeGreaterThan(MINUTE - 2000);
  expect(lasts).toBeLessThan(MINUTE + 2000);
});
