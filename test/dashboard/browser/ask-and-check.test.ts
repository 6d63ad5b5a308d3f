import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ANSWER, LOG, QUESTION, uploadToNewCollection } from "./lighthouse-log.ts";
import { launchBrowser, visit } from "./open-browser.ts";

let browser: Browser;
let collection: string;

beforeAll(async () => {
  browser = await launchBrowser();
  const { context, page } = await visit(browser, "/documents");
  collection = await uploadToNewCollection(page, { "harbour-log.md": LOG });
  await context.close();
});
afterAll(() => browser?.close());

const askPath = () => `/?${new URLSearchParams({ q: QUESTION, collection })}`;

describe("a question", () => {
  it("is answered with a citation that opens the stored text at the words it quotes", async () => {
    const { context, page, complaints } = await visit(browser, "/");
    await page.getByLabel("Collection").selectOption(collection);
    await page.getByLabel("Question").fill(QUESTION);
    await page.getByRole("button", { name: "Ask", exact: true }).click();

    const answer = page.getByRole("region", { name: "Answer" });
    const citation = answer.getByRole("button", { name: "Citation 1: harbour-log.md, page 1" });
    await citation.waitFor();
    const quote = await answer.getByRole("list").first().locator("q").first().textContent();
    expect(quote).toContain(ANSWER);

    await citation.click();
    const pane = page.getByRole("dialog", { name: /Citation 1/ });
    await pane.getByText("Quoted to the letter").waitFor();
    const marked = await pane.locator("mark").allTextContents();
    expect(marked.join("")).toBe(quote);
    await expect.poll(() => isInSight(pane.locator("mark").first())).toBe(true);

    await pane.getByRole("link", { name: "harbour-log.md" }).click();
    await page.getByRole("heading", { level: 1, name: /harbour/i }).waitFor();
    await expect.poll(() => isInSight(page.locator("article mark").first())).toBe(true);
    expect((await page.locator("article mark").allTextContents()).join("")).toBe(quote);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("is asked again by a reload, and the same citation is open", async () => {
    const { context, page } = await visit(browser, `${askPath()}&citation=1`);
    const mark = page.getByRole("dialog", { name: /Citation 1/ }).locator("mark");
    await mark.first().waitFor();
    const before = await mark.allTextContents();
    await page.reload();
    await mark.first().waitFor();
    expect(await mark.allTextContents()).toEqual(before);
    await context.close();
  });

  it("can be judged, with a comment", async () => {
    const { context, page } = await visit(browser, askPath());
    await page.getByRole("button", { name: "No", exact: true }).click();
    await page.getByText("Thank you, noted.").waitFor();
    await page.getByLabel(/What should it have said/).fill("Name the keeper too.");
    const sent = page.waitForResponse((response) => response.url().endsWith("/feedback"));
    await page.getByRole("button", { name: "Send" }).click();
    const response = await sent;
    expect(response.ok()).toBe(true);
    expect(response.request().postDataJSON()).toEqual({ thumb: "down", comment: "Name the keeper too." });
    await context.close();
  });

  it("that the documents do not answer is declined, with the nearest passages", async () => {
    const path = `/?${new URLSearchParams({ q: "Which enzyme unwinds DNA during replication?", collection })}`;
    const { context, page } = await visit(browser, path);
    await page.getByRole("heading", { name: "The documents do not answer this" }).waitFor();
    expect(await page.getByRole("button", { name: /^Citation/ }).count()).toBe(0);
    await context.close();
  });
});

describe("on a phone", () => {
  it("a citation covers the answer, and Back returns to it", async () => {
    const { context, page } = await visit(browser, askPath(), {
      viewport: { width: 390, height: 780 },
      hasTouch: true,
    });
    const citation = page.getByRole("button", { name: "Citation 1: harbour-log.md, page 1" });
    await citation.tap();
    const pane = page.getByRole("dialog", { name: /Citation 1/ });
    await pane.locator("mark").first().waitFor();
    expect(await pane.evaluate((dialog) => dialog.matches(":modal"))).toBe(true);
    await page.goBack();
    await pane.waitFor({ state: "detached" });
    expect(await citation.isVisible()).toBe(true);
    await context.close();
  });
});

describe("HTML in a document", () => {
  it("stays text in the passages, the pane and the document's page", async () => {
    const { context, page, complaints } = await visit(browser, `${askPath()}&passage=1`);
    const pane = page.getByRole("dialog", { name: /Passage 1/ });
    await pane.getByText("onerror=").waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    await pane.getByRole("link", { name: "harbour-log.md" }).click();
    await page.locator("article").getByText("onerror=").waitFor();
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe("with the keyboard alone", () => {
  it("a question is asked, a citation opened and closed, and the focus is where it was", async () => {
    const { context, page } = await visit(browser, `/?${new URLSearchParams({ collection })}`);
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.id);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("/");
    await expect.poll(focused).toBe("question");
    await page.keyboard.type(QUESTION);
    await page.keyboard.press("Enter");
    await page
      .getByRole("button", { name: /^Citation 1/ })
      .first()
      .waitFor();

    const citation = "Citation 1: harbour-log.md, page 1";
    for (let presses = 0; presses < 10 && (await focused()) !== citation; presses++)
      await page.keyboard.press("Tab");
    expect(await focused()).toBe(citation);
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("passage-heading");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe(citation);
    expect(await page.getByRole("dialog").count()).toBe(0);
    await context.close();
  });
});

/** Whether an element stands within the window, and not only somewhere on the page. */
async function isInSight(element: Locator): Promise<boolean> {
  const box = await element.boundingBox();
  const height = element.page().viewportSize()?.height ?? 0;
  return box !== null && box.y >= 0 && box.y < height;
}
