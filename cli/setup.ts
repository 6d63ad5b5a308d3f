import { SetUp } from "../workers/contract/identity.ts";
import { Client } from "./client.ts";

/**
 * Makes the first administrator of a service, or gets in again where access was lost.
 *
 * @param setupToken the service's secret SETUP_TOKEN
 * @throws ApiError `already_set_up`, `credential_invalid`
 */
export const setUp = (
  url: URL | string,
  setupToken: string,
  request: { email?: string; recover?: boolean },
): Promise<SetUp> => new Client(url, setupToken).send("POST", "/api/v1/setup", SetUp, request);

export const formatSetUp = ({ user, link, key }: SetUp): string =>
  `${user.email} is super_admin.\nSign in once, until ${link.expires_at}: ${link.url}\nAPI key, shown this once: ${key.secret}\n`;
