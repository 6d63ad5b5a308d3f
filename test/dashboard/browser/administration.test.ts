import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../../cli/client.ts";
import { Me } from "../../../workers/contract/identity.ts";
import { almanacUrl, launchBrowser, visit } from "./open-browser.ts";
import { newEmail, newPerson, newVisitor } from "./people.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe("users", () => {
  it("are added with a link that is shown once, and lets them in", async () => {
    const email = newEmail();
    const { context, page, complaints } = await visit(browser, "/access/users");
    await page.getByRole("button", { name: "Add a user" }).click();
    const dialog = page.getByRole("dialog", { name: "Add a user" });
    await dialog.getByLabel("E-mail address").fill(email);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    const link = await page.getByLabel(`Signs ${email} in, once`).inputValue();
    await page.getByRole("list", { name: "Users" }).getByText(email).waitFor();
    await page.reload();
    await page.getByRole("list", { name: "Users" }).getByText(email).waitFor();
    expect(await page.getByRole("region", { name: "New link" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();

    const theirs = await visit(browser, link, { signedOut: true });
    await theirs.page.getByText(`As ${email}.`).waitFor();
    await theirs.context.close();
  });
});

describe("API keys", () => {
  it("are shown once, and cannot be read afterwards", async () => {
    const name = `import ${crypto.randomUUID().slice(0, 8)}`;
    const { context, page, complaints } = await visit(browser, "/access/keys");
    await page.getByRole("button", { name: "New key" }).click();
    const dialog = page.getByRole("dialog", { name: "New API key" });
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Create" }).click();
    const secret = await page.getByLabel(`Secret of ${name}`).inputValue();
    const me = await new Client(almanacUrl(), secret).send("GET", "/api/v1/auth/me", Me);
    expect(me.credential).toBe("key");

    const listed = page.waitForResponse((response) => response.url().includes("/api/v1/keys"));
    await page.reload();
    const reply = await (await listed).text();
    await page.getByRole("list", { name: "API keys" }).getByText(name).waitFor();
    expect(reply).toContain(me.key_id);
    expect(reply).not.toContain(secret);
    expect(await page.getByRole("region", { name: "New secret" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe("a collection", () => {
  it("is shared by whoever made it, by e-mail address, and then seen by the other", async () => {
    const owner = await newVisitor("write");
    const reader = await newVisitor("read");
    const name = `shared-${crypto.randomUUID().slice(0, 8)}`;
    const { context, page, complaints } = await visit(browser, "/documents", { cookies: owner.cookies });
    await page.getByRole("button", { name: "New collection" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });

    const theirs = await visit(browser, "/documents", { cookies: reader.cookies });
    const unshared = await theirs.context.request.get(`/api/v1/collections/${name}`);
    expect(unshared.status()).toBe(404);

    await page.getByRole("button", { name: "Share" }).click();
    const dialog = page.getByRole("dialog", { name: "Share a collection" });
    await dialog.getByLabel("Collection", { exact: true }).selectOption(name);
    await dialog.getByLabel("E-mail address").fill(reader.email);
    await dialog.getByRole("button", { name: "Share", exact: true }).click();
    await dialog.getByRole("list", { name: "Shared with" }).getByRole("listitem").waitFor();
    expect(complaints).toEqual([]);
    await context.close();

    await theirs.page.reload();
    await theirs.page
      .getByRole("combobox", { name: "Collection", exact: true })
      .getByRole("option", { name })
      .waitFor({ state: "attached" });
    expect(await theirs.page.getByRole("button", { name: "Share" }).count()).toBe(0);
    expect(theirs.complaints).toEqual([]);
    await theirs.context.close();
  });
});

describe("the audit log", () => {
  it("keeps its filter in the URL, and each event with a proof that the browser checks", async () => {
    const { id } = await newPerson();
    const { context, page, complaints } = await visit(browser, "/audit");
    const events = page.getByRole("list", { name: "Events" }).getByRole("listitem");
    const act = page.getByRole("combobox", { name: "Act" });
    await act.selectOption("user.created");
    await page.getByLabel("On what (id)").fill(id);
    await page.getByLabel("On what (id)").press("Enter");
    await expect.poll(() => events.count()).toBe(1);
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ action: "user.created", target: id });

    await page.reload();
    await expect.poll(() => events.count()).toBe(1);
    expect(await act.inputValue()).toBe("user.created");
    expect(await page.getByLabel("On what (id)").inputValue()).toBe(id);
    await events.getByRole("button").click();
    const event = page.getByRole("dialog", { name: "user.created" });
    await event.getByText(/Checked by this browser: the event stands unchanged/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe("the settings", () => {
  it("are saved, and kept", async () => {
    const { context, page, complaints } = await visit(browser, "/settings");
    const days = page.getByLabel("Replace it after this many days");
    const before = Number(await days.inputValue());
    const after = String(before === 365 ? 364 : before + 1);
    await days.fill(after);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved.").waitFor();
    await page.reload();
    expect(await days.inputValue()).toBe(after);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
