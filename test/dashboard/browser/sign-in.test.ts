import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { almanacUrl, launchBrowser, visit } from "./open-browser.ts";
import { newPassword, newPerson, newPersonWithPassword, type PersonWithPassword } from "./people.ts";

let browser: Browser;
let person: PersonWithPassword;

beforeAll(async () => {
  browser = await launchBrowser();
  person = await newPersonWithPassword();
});
afterAll(() => browser?.close());

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/login");
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

describe("a one-time link", () => {
  it("lets a new user in to set a password, with which they come back to where they wanted to", async () => {
    const { email, link } = await newPerson();
    const password = newPassword();
    const { context, page, complaints } = await visit(browser, link, { signedOut: true });
    await heading(page, "You are signed in").waitFor();
    expect(page.url()).not.toContain("link=");
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Set the password" }).click();
    await page.getByText("The password is set.").waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await heading(page, "Ask your documents").waitFor();
    await signOut(page);

    await page.goto("/account");
    await page.waitForURL(/\/login\?next=/);
    await signIn(page, { email, password: "not the password" });
    await page.getByRole("alert").getByText("The address and the password do not go together.").waitFor();
    await signIn(page, { email, password });
    await heading(page, "Account").waitFor();
    expect(new URL(page.url()).pathname).toBe("/account");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("works once", async () => {
    const { context, page } = await visit(browser, person.link, { signedOut: true });
    await page
      .getByRole("alert")
      .getByText(/This link was used before/)
      .waitFor();
    await page.getByRole("button", { name: "Sign in another way" }).click();
    await page.getByLabel("Password").waitFor();
    await context.close();
  });
});

describe("signing in by password", () => {
  it("leads to no other site", async () => {
    const { context, page, complaints } = await visit(browser, "/login?next=//evil.example", {
      signedOut: true,
    });
    await signIn(page, person);
    await heading(page, "Ask your documents").waitFor();
    expect(new URL(page.url()).origin).toBe(new URL(almanacUrl()).origin);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("takes the keyboard alone", async () => {
    const { context, page } = await visit(browser, "/login", { signedOut: true });
    const field = page.getByLabel("E-mail address");
    await field.waitFor();
    const isFocused = () => field.evaluate((element) => element === document.activeElement);
    for (let presses = 0; presses < 10 && !(await isFocused()); presses++) await page.keyboard.press("Tab");
    await page.keyboard.type(person.email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(person.password);
    await page.keyboard.press("Enter");
    await heading(page, "Ask your documents").waitFor();
    await context.close();
  });
});

describe("a session", () => {
  it("that was ended elsewhere leads to the sign-in page, and back", async () => {
    const { context, page } = await visit(browser, "/login", { signedOut: true });
    await signIn(page, person);
    await heading(page, "Ask your documents").waitFor();
    await person.client.request("DELETE", "/api/v1/auth/sessions");
    await page.getByRole("link", { name: "Documents", exact: true }).click();
    await page.waitForURL(/\/login\?next=/);
    await signIn(page, person);
    await heading(page, "Documents").waitFor();
    await context.close();
  });
});

describe("a passkey", () => {
  it("is added on the account page, and signs in without a password", async () => {
    const { link } = await newPerson();
    // Passkeys belong to a host name; an address is none.
    const baseURL = `http://localhost:${new URL(almanacUrl()).port}`;
    const { context, page, complaints } = await visit(browser, link, { signedOut: true, baseURL });
    const devices = await context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    await devices.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await page.getByRole("button", { name: "Not now" }).click();
    await heading(page, "Ask your documents").waitFor();
    await page.goto("/account");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a passkey" });
    await dialog.getByLabel("Name of the passkey").fill("Harbour desk");
    await dialog.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("list", { name: "Passkeys" }).getByText("Harbour desk").waitFor();

    await signOut(page);
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await heading(page, "Ask your documents").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
