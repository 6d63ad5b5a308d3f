import type { Page } from "playwright-core";

export const ANSWER = "The lighthouse at Varrow Point was lit for the first time on 4 March 1887.";
export const QUESTION = "When was the lighthouse at Varrow Point lit for the first time?";

/** A document with HTML in it, next to the sentence that answers the question. */
export const LOG = `# Harbour log

<img src="x" onerror="alert('from the document')"> ${ANSWER} <script>alert("again")</script>

Its keeper, Maud Ellery, kept the log for thirty-one years and missed no evening.

Coal for the winter came by boat in October, and the bill was paid in herring.
`;

/** Creates a collection, uploads files into it, and waits until none is under way. Returns its name. */
export async function uploadToNewCollection(page: Page, files: Record<string, string>): Promise<string> {
  const collection = `browser-${crypto.randomUUID().slice(0, 8)}`;
  await page.getByRole("button", { name: "New collection" }).click();
  await page.getByLabel("Name", { exact: true }).fill(collection);
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.getByLabel("Files to upload").setInputFiles(
    Object.entries(files).map(([name, text]) => ({
      name,
      mimeType: "text/plain",
      buffer: Buffer.from(text),
    })),
  );
  const uploads = page.getByRole("list", { name: "Uploads" }).getByRole("listitem");
  for (const name of Object.keys(files)) {
    await uploads
      .filter({ hasText: name })
      .getByText(/^\s*(Ready|Failed)/)
      .waitFor();
  }
  return collection;
}
