import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchBrowser, visit } from "./open-browser.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

it("the theme that was chosen stays after a reload", async () => {
  const { context, page } = await visit(browser, "/", { colorScheme: "light" });
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Display preferences" }).click();
  await page.getByRole("radio", { name: "Dark" }).check();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(await ground()).toBe(dark);
  await context.close();
});

it("the single-key shortcut can be turned off", async () => {
  const { context, page } = await visit(browser, "/documents");
  const field = page.getByLabel("Name contains");
  await field.waitFor();
  await page.getByRole("button", { name: "Display preferences" }).click();
  await page.getByRole("checkbox", { name: /Single-key shortcuts/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(false);
  await context.close();
});
