import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { LOG, QUESTION, uploadToNewCollection } from "./lighthouse-log.ts";
import { launchBrowser, visit } from "./open-browser.ts";
import { adminClient } from "./people.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const WIDTHS = [320, 390, 768, 1280];

let browser: Browser;
let collection: string;
let documentPath: string;

beforeAll(async () => {
  browser = await launchBrowser();
  await adminClient().request("POST", "/api/v1/groups", { name: `Keepers ${crypto.randomUUID()}` });
  const { context, page } = await visit(browser, "/documents");
  collection = await uploadToNewCollection(page, { "harbour-log.md": LOG });
  await page.getByRole("list", { name: "Uploads" }).getByRole("link", { name: "harbour-log.md" }).click();
  await page.locator("article").waitFor();
  documentPath = new URL(page.url()).pathname;
  await context.close();
});
afterAll(() => browser?.close());

interface View {
  readonly name: string;
  readonly path: () => string;
  readonly settle: (page: Page) => Promise<void>;
  readonly signedOut?: boolean;
}

const question = (extra: Record<string, string> = {}) =>
  `/?${new URLSearchParams({ q: QUESTION, collection, ...extra })}`;

/** A list by its heading: there when its rows are. */
const list = (name: string) => (page: Page) => page.getByRole("list", { name, exact: true }).waitFor();

const views: View[] = [
  { name: "ask", path: () => "/", settle: (page) => page.getByLabel("Question").waitFor() },
  {
    name: "answer",
    path: () => question(),
    settle: (page) => page.getByRole("button", { name: "Yes" }).waitFor(),
  },
  {
    name: "citation",
    path: () => question({ citation: "1" }),
    settle: (page) => page.locator("mark").first().waitFor(),
  },
  {
    name: "documents",
    path: () => "/documents",
    settle: list("Documents"),
  },
  {
    name: "delete dialog",
    path: () => `/documents?collection=${collection}`,
    settle: async (page) => {
      await page.getByRole("button", { name: "Delete harbour-log.md" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "document", path: () => documentPath, settle: (page) => page.locator("article").waitFor() },
  {
    name: "share dialog",
    path: () => `/documents?collection=${collection}`,
    settle: async (page) => {
      await page.getByRole("button", { name: "Share" }).click();
      await page.getByText("Shared with nobody by name.").waitFor();
    },
  },
  {
    name: "sign-in",
    path: () => "/login",
    signedOut: true,
    settle: (page) => page.getByLabel("Password").waitFor(),
  },
  { name: "account", path: () => "/account", settle: list("Sessions") },
  { name: "users", path: () => "/access/users", settle: list("Users") },
  {
    name: "add-user dialog",
    path: () => "/access/users",
    settle: async (page) => {
      await page.getByRole("button", { name: "Add a user" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "groups", path: () => "/access/groups", settle: list("Groups") },
  { name: "keys", path: () => "/access/keys", settle: list("API keys") },
  { name: "audit", path: () => "/audit", settle: list("Events") },
  {
    name: "settings",
    path: () => "/settings",
    settle: async (page) => {
      await page.getByRole("form", { name: "Settings" }).waitFor();
      await list("Signing keys")(page);
    },
  },
  {
    name: "no page",
    path: () => "/nowhere",
    settle: (page) => page.getByRole("heading", { level: 1 }).waitFor(),
  },
];

it.each(views)(
  "$name breaks no WCAG 2.2 AA rule, light or dark, and fits every width",
  async ({ path, settle, signedOut = false }) => {
    const { context, page } = await visit(browser, path(), { signedOut });
    await settle(page);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
      expect(found, colorScheme).toEqual([]);
    }
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      const overflow = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect(overflow, `at ${width} pixels`).toBe(0);
    }
    await context.close();
  },
);
