/**
 * The path to go to after signing in, from the URL, where anybody may have written it. Only paths of this very
 * site pass; browsers read `//host`, `/\host` and the like, with white space strewn in, as another one.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== "string" || !/^\/(?!\/)[^\\\s\p{Cc}]*$/u.test(value)) return "/";
  return /^\/login(?:[/?#]|$)/.test(value) ? "/" : value;
}

/** The address of the sign-in page that leads back to a path. */
export function signInPath(next: string): string {
  const path = safeNext(next);
  return path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`;
}
