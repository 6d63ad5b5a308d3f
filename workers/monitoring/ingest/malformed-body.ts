/**
 * The body as a whole cannot be read: nothing of it is taken, and sending it again would change nothing. `too_large`
 * means that it holds more than a request may (413), `malformed` that it is not what it claims to be (400).
 */
export class MalformedBodyError extends Error {
  override readonly name = "MalformedBodyError";
  readonly fault: "malformed" | "too_large";

  constructor(message: string, fault: "malformed" | "too_large" = "malformed") {
    super(message);
    this.fault = fault;
  }
}
