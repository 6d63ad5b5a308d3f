import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import type { Cookie } from "./sign-in.ts";

/** Where the Worker under test listens, such as `http://localhost:8787`. */
export function almanacUrl(): string {
  const url = process.env.ALMANAC_URL;
  if (!url) throw new Error("Set ALMANAC_URL to the address of a running Almanac.");
  return url.replace(/\/$/, "");
}

/** Starts Chromium, from CHROMIUM_PATH or where Debian puts it, without any traffic of its own. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong unseen: exceptions, violations of the security policy, requests to other hosts. */
  readonly complaints: string[];
}

export interface VisitOptions extends BrowserContextOptions {
  readonly signedOut?: boolean;
  /** Of the session of somebody else than the admin. */
  readonly cookies?: Cookie[];
}

/** Opens a page of the dashboard in a fresh profile, signed in as the admin unless told otherwise. */
export async function visit(
  browser: Browser,
  path: string,
  { signedOut = false, cookies, baseURL = almanacUrl(), ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ baseURL, reducedMotion: "reduce", ...options });
  if (!signedOut) await context.addCookies(cookies ?? JSON.parse(process.env.ALMANAC_COOKIES ?? "[]"));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (/content security policy|trusted ?types/i.test(message.text())) complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(baseURL).origin) complaints.push(request.url());
  });
  await page.goto(path);
  return { context, page, complaints };
}
