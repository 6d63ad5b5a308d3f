import { startAuthentication, startRegistration, WebAuthnError } from "@simplewebauthn/browser";
import { askOpenly, begin } from "./auth.ts";
import { Passkey, PasskeyList, PasskeyOptions, type SignedIn } from "./contract.ts";
import { json } from "./encode.ts";
import { Failure } from "./failure.ts";
import { fetchJson, send } from "./request.ts";

export const listPasskeys = (signal: AbortSignal) =>
  fetchJson(PasskeyList, "/api/v1/auth/passkeys", { signal });

export async function removePasskey(id: string): Promise<void> {
  await send(`/api/v1/auth/passkeys/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Has the device make a passkey. @throws {Failure} `passkey_cancelled`, `passkey_known`, the server's */
export async function addPasskey(name: string): Promise<Passkey> {
  const { challenge_token, options } = await fetchJson(
    PasskeyOptions,
    "/api/v1/auth/passkeys/options",
    json({}),
  );
  const response = await askDevice(() => startRegistration({ optionsJSON: readOptions(options) }));
  return fetchJson(Passkey, "/api/v1/auth/passkeys", json({ challenge_token, name, response }));
}

/** Signs in with a passkey that the device knows for this site. @throws {Failure} `passkey_cancelled`, the server's */
export async function signInByPasskey(): Promise<SignedIn> {
  const { challenge_token, options } = await askOpenly(PasskeyOptions, "/api/v1/auth/passkey/options");
  const response = await askDevice(() => startAuthentication({ optionsJSON: readOptions(options) }));
  return begin("passkey", { challenge_token, response });
}

/** Whether this browser can do any of it, on this kind of address. */
export const canUsePasskeys = (): boolean => "PublicKeyCredential" in window;

// The options go from the server to the browser as they are: both sides speak WebAuthn's own JSON, and the browser
// checks it.
const readOptions = <Options>(options: object): Options => options as Options;

async function askDevice<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED") {
      throw new Failure("passkey_known", "This device has a passkey for your account already.");
    }
    if (error instanceof Error) {
      throw new Failure("passkey_cancelled", "The device gave no passkey. Try again, or use another way.");
    }
    throw error;
  }
}
