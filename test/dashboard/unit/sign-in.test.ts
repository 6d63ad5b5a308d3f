import { flushPromises, mount } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { forgetSession, readNote } from "../../../dashboard/src/api/session-note.ts";
import LinkSignIn from "../../../dashboard/src/pages/login/LinkSignIn.vue";
import PasswordSignIn from "../../../dashboard/src/pages/login/PasswordSignIn.vue";
import { linkToken, takeLinkToken } from "../../../dashboard/src/stores/link-token.ts";
import { useSession } from "../../../dashboard/src/stores/session.ts";
import { me, refuse, serve, signedIn } from "./fake-server.ts";

beforeEach(() => {
  setActivePinia(createPinia());
  vi.useFakeTimers();
});
afterEach(() => {
  useSession().$dispose();
  forgetSession();
  linkToken.value = undefined;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function fillIn(email: string, password: string) {
  const view = mount(PasswordSignIn);
  await view.get("input[type=email]").setValue(email);
  await view.get("input[type=password]").setValue(password);
  await view.get("form").trigger("submit");
  await flushPromises();
  return view;
}

it("signs in with the tokens in cookies, and keeps none of them", async () => {
  let sent: unknown;
  serve((path, init) => {
    sent = { path, body: JSON.parse(String(init.body)) };
    return Response.json(signedIn({ lastsMs: 900_000 }));
  });
  const view = await fillIn(" Ada@Example.org ", "correct horse battery");
  expect(sent).toEqual({
    path: "/api/v1/auth/sign-in",
    body: { email: "ada@example.org", password: "correct horse battery", transport: "cookie" },
  });
  expect(view.emitted("done")).toHaveLength(1);
  expect(readNote()?.userId).toBe("usr_1");
  expect(JSON.stringify({ ...localStorage })).not.toContain("token");
  view.unmount();
});

it("lets password managers know the fields", async () => {
  const view = mount(PasswordSignIn);
  const hints = view.findAll("input").map((input) => input.attributes("autocomplete"));
  expect(hints).toEqual(["username", "current-password"]);
  view.unmount();
});

it("complains about an address before it asks the server", async () => {
  const asked = vi.fn(() => refuse(401, "sign_in_failed"));
  serve(asked);
  const view = await fillIn("ada", "x");
  expect(asked).not.toHaveBeenCalled();
  expect(view.text()).toContain("An address such as");
  view.unmount();
});

it("says that the sign-in failed, without saying which of the two was wrong, and keeps what was typed", async () => {
  serve(() => refuse(401, "sign_in_failed"));
  const view = await fillIn("ada@example.org", "wrong");
  expect(view.get("[role=alert]").text()).toContain("do not go together");
  expect(view.get("[role=alert]").text()).toContain("req_1");
  expect(view.get<HTMLInputElement>("input[type=email]").element.value).toBe("ada@example.org");
  view.unmount();
});

it("counts down the wait that the server asks for, and tries no sooner", async () => {
  const asked = vi.fn(() => refuse(429, "rate_limit_exceeded", { "retry-after": "3" }));
  serve(asked);
  const view = await fillIn("ada@example.org", "wrong");
  const button = view.get("button[type=submit]");
  expect(view.text()).toContain("Try again in 3 s.");
  expect(button.attributes("disabled")).toBeDefined();
  await view.get("form").trigger("submit");
  expect(asked).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(view.text()).toContain("Try again in 1 s.");
  await vi.advanceTimersByTimeAsync(1500);
  expect(view.text()).not.toContain("Try again in");
  expect(button.attributes("disabled")).toBeUndefined();
  view.unmount();
});

it("redeems a link as soon as it is opened, once", async () => {
  expect(takeLinkToken("#link=abc")).toBe(true);
  const bodies: unknown[] = [];
  serve((_, init) => {
    bodies.push(JSON.parse(String(init.body)));
    return Response.json(signedIn({ lastsMs: 900_000 }));
  });
  const view = mount(LinkSignIn);
  await flushPromises();
  expect(bodies).toEqual([{ token: "abc", transport: "cookie" }]);
  expect(view.emitted("done")).toHaveLength(1);
  expect(linkToken.value).toBeUndefined();
  view.unmount();
});

it("asks first when somebody is signed in: a link may be another's", async () => {
  serve(() => Response.json(me("read")));
  await useSession().load();
  takeLinkToken("#link=abc");
  const redeemed = vi.fn(() => Response.json(signedIn({ lastsMs: 900_000 })));
  serve(redeemed);
  const view = mount(LinkSignIn);
  await flushPromises();
  expect(redeemed).not.toHaveBeenCalled();
  await view.get("button.button-main").trigger("click");
  await flushPromises();
  expect(redeemed).toHaveBeenCalledTimes(1);
  view.unmount();
});

it("says what to do about a link that is used up, and gives it up", async () => {
  takeLinkToken("#link=abc");
  serve(() => refuse(401, "link_invalid"));
  const view = mount(LinkSignIn);
  await flushPromises();
  expect(view.get("[role=alert]").text()).toContain("Ask an admin for a new one");
  expect(view.text()).not.toContain("Try the link again");
  await view.get("button").trigger("click");
  expect(view.emitted("giveUp")).toHaveLength(1);
  expect(linkToken.value).toBeUndefined();
  view.unmount();
});

it("takes nothing else for a link", () => {
  expect(takeLinkToken("#section")).toBe(false);
  expect(takeLinkToken("#link=")).toBe(false);
  expect(takeLinkToken("")).toBe(false);
});
