import { defineStore } from "pinia";
import { computed, onScopeDispose, shallowRef } from "vue";
import { endSession, fetchMe } from "../api/auth.ts";
import { GRANT_LEVELS, type GrantLevel, type Me, ROLES, type Role, type SignedIn } from "../api/contract.ts";
import { Failure } from "../api/failure.ts";
import { forgetSession, readNote } from "../api/session-note.ts";
import { onSessionOver } from "../api/within-session.ts";
import { safeNext, signInPath } from "../text/next-path.ts";

/** What tabs tell one another. */
type News = { readonly kind: "began"; readonly userId: string } | { readonly kind: "ended" };

/**
 * Who uses this browser, and what may be offered to them; the server decides by itself. When that changes the page
 * is loaded anew, so that nothing of one person stays in memory for the next.
 */
export const useSession = defineStore("session", () => {
  const me = shallowRef<Me>();
  let loading: Promise<void> | undefined;

  const user = computed(() => me.value?.user ?? null);
  const isSignedIn = computed(() => user.value !== null);
  /** Whether the server has said that nobody is signed in. */
  const isAnonymous = computed(() => me.value !== undefined && !isSignedIn.value);

  /** Finds out who is signed in, once. @throws {Failure} when the server does not say */
  function load(): Promise<void> {
    loading ??= fetchMe().then(
      (answer) => {
        me.value = answer;
      },
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  }

  /** Asks again who is signed in, after something about them changed. */
  async function reload(): Promise<void> {
    me.value = await fetchMe();
  }

  /** Whether the role includes another. */
  const has = (needed: Role): boolean =>
    user.value !== null && ROLES.indexOf(user.value.role) >= ROLES.indexOf(needed);

  /** Whether something may be done where the access is as given: changing takes the role for it as well. */
  const may = (needed: GrantLevel, access: GrantLevel): boolean =>
    GRANT_LEVELS.indexOf(access) >= GRANT_LEVELS.indexOf(needed) && (needed === "read" || has("write"));

  const channel = new BroadcastChannel("almanac.session");
  channel.onmessage = ({ data }: MessageEvent<News>) => {
    if (data.kind === "ended") leave();
    else if (data.userId !== user.value?.id) location.reload();
  };
  const stopListening = onSessionOver(() => void discard());
  onScopeDispose(() => {
    channel.close();
    stopListening();
  });

  function tell(news: News): void {
    channel.postMessage(news);
  }

  /** Takes over a session that has just begun, without leaving the page. */
  function begin({ user: person, session_id }: SignedIn): void {
    me.value = {
      user: person,
      credential: "session",
      session_id,
      key_id: null,
      role: person.role,
      scopes: [],
    };
    tell({ kind: "began", userId: person.id });
  }

  /** Ends the session in all tabs. @throws {Failure} when the server cannot be told: it then goes on */
  async function signOut(): Promise<void> {
    await endSession();
    forgetSession();
    tell({ kind: "ended" });
    location.assign("/login");
  }

  let isDiscarding = false;

  /** Clears away the cookies of a session that is over, which would be refused again and again. */
  async function discard(): Promise<void> {
    if (isDiscarding) return;
    isDiscarding = true;
    await endSession().catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
    tell({ kind: "ended" });
    leave();
    isDiscarding = false;
  }

  return { me, user, isSignedIn, isAnonymous, load, reload, has, may, begin, signOut };
});

function leave(): void {
  if (location.pathname === "/login") return;
  location.assign(signInPath(location.pathname + location.search));
}

/** Goes where somebody who has signed in wanted to, with nothing in memory of who was here before. */
export function enter(next: unknown): void {
  location.replace(safeNext(next));
}

/** Loads the page anew when the browser shows one that it had put aside under another identity. */
export function watchReturns(session: ReturnType<typeof useSession>): void {
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && readNote()?.userId !== session.user?.id) location.reload();
  });
}
