import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LOG, uploadToNewCollection } from "./lighthouse-log.ts";
import { launchBrowser, visit } from "./open-browser.ts";

let browser: Browser;
let collection: string;

beforeAll(async () => {
  browser = await launchBrowser();
  const { context, page } = await visit(browser, "/documents");
  collection = await uploadToNewCollection(page, {
    "harbour-log.md": LOG,
    "tide-table.txt": "High water stood at six in the morning.",
    "broken.pdf": "%PDF-1.7 and nothing that follows from it",
  });
  await context.close();
});
afterAll(() => browser?.close());

const listPath = () => `/documents?${new URLSearchParams({ collection })}`;

describe("the list of documents", () => {
  it("keeps its filter in the URL", async () => {
    const { context, page } = await visit(browser, listPath());
    const rows = page.getByRole("list", { name: "Documents" }).getByRole("listitem");
    await expect.poll(() => rows.count()).toBe(3);
    await page.getByLabel("Name contains").fill("tide");
    await page.getByLabel("Name contains").press("Enter");
    await expect.poll(() => rows.count()).toBe(1);
    expect(new URL(page.url()).searchParams.get("q")).toBe("tide");
    await page.reload();
    await expect.poll(() => rows.count()).toBe(1);
    expect(await page.getByLabel("Name contains").inputValue()).toBe("tide");
    await context.close();
  });

  it("takes files that are dropped on the page", async () => {
    const { context, page } = await visit(browser, listPath());
    await page.getByRole("list", { name: "Documents" }).waitFor();
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["The ferry leaves at noon."], "dropped.txt", { type: "text/plain" }));
      for (const type of ["dragover", "drop"]) {
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      }
    });
    const row = page
      .getByRole("list", { name: "Documents" })
      .getByRole("listitem")
      .filter({ hasText: "dropped.txt" });
    await row.getByText("Ready").waitFor();
    await row.getByRole("button", { name: "Delete dropped.txt" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await row.waitFor({ state: "detached" });
    await context.close();
  });

  it("says why a document failed, and tries it again", async () => {
    const { context, page } = await visit(browser, `${listPath()}&status=failed`);
    const row = page.getByRole("listitem").filter({ hasText: "broken.pdf" });
    await row.getByText(/^\s*Failed: ./).waitFor();
    const restarted = page.waitForResponse((response) => response.url().endsWith("/reindex"));
    await row.getByRole("button", { name: "Try again: broken.pdf" }).click();
    expect((await restarted).status()).toBe(202);
    await context.close();
  });

  it("asks before it deletes", async () => {
    const { context, page } = await visit(browser, listPath());
    const row = page.getByRole("listitem").filter({ hasText: "tide-table.txt" });
    await row.getByRole("button", { name: "Delete tide-table.txt" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await row.count()).toBe(1);
    await row.getByRole("button", { name: "Delete tide-table.txt" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await row.waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("listitem").filter({ hasText: "harbour-log.md" }).waitFor();
    expect(await row.count()).toBe(0);
    await context.close();
  });

  it("says what to do when it is empty", async () => {
    const { context, page } = await visit(browser, `${listPath()}&q=no-such-name`);
    await page.getByText("No document fits this filter.").waitFor();
    await page.getByRole("button", { name: "Show all documents" }).click();
    await page.getByRole("list", { name: "Documents" }).waitFor();
    expect(new URL(page.url()).search).toBe("");
    await context.close();
  });
});

describe("a document's page", () => {
  it("shows the text, the details and the stages; the focus goes to its heading", async () => {
    const { context, page } = await visit(browser, listPath());
    await page
      .getByRole("link", { name: /harbour/i })
      .first()
      .click();
    await page.locator("article").getByText("Maud Ellery").waitFor();
    await page.getByRole("table", { name: /Stages of ingestion/ }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Original" }).click();
    const stream = await (await download).createReadStream();
    const bytes = await stream.toArray();
    expect(Buffer.concat(bytes).toString("utf8")).toBe(LOG);
    await context.close();
  });
});
