import { AppError } from "../errors.ts";

const ADDRESS = "https://assets.local/passwords/common.txt";

let loaded: ReadonlySet<string> | undefined;

/** The passwords that are tried first, read from the static assets when an isolate first needs them, and kept. */
export async function commonPasswords(assets: Fetcher): Promise<ReadonlySet<string>> {
  if (loaded !== undefined) return loaded;
  const response = await assets.fetch(ADDRESS);
  if (!response.ok) {
    throw new AppError("dependency_unavailable", {
      detail: `The list of common passwords could not be read from the static assets (status ${response.status}). Run \`npm run build\`.`,
    });
  }
  loaded = new Set((await response.text()).trim().split("\n"));
  return loaded;
}
