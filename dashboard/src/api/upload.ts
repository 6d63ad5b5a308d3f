import { Accepted } from "./contract.ts";
import { conform } from "./exchange.ts";
import { Failure, failureFromBody } from "./failure.ts";
import { withinSession } from "./within-session.ts";

/** A long upload is looked at when it begins: the token must last until then, whatever the line. */
const MARGIN_MS = 120_000;

/**
 * Sends one file. XMLHttpRequest, because fetch cannot tell how much has been sent.
 *
 * @param onProgress called with the share of the file sent so far, 0 to 1
 * @throws {Failure}
 */
export function uploadFile(
  file: File,
  collection: string,
  onProgress: (share: number) => void,
): Promise<Accepted> {
  const form = new FormData();
  // The collection goes first: the server reads parts as they come.
  form.append("collection", collection);
  form.append("file", file);
  return withinSession(() => sendForm(form, onProgress), MARGIN_MS);
}

function sendForm(form: FormData, onProgress: (share: number) => void): Promise<Accepted> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/v1/documents");
    request.setRequestHeader("accept", "application/json");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total);
    request.onerror = () =>
      reject(new Failure("unreachable", "The file could not be sent. Check the connection and try again."));
    request.onload = () => {
      const body = parseBody(request.responseText);
      const requestId = request.getResponseHeader("x-request-id");
      if (request.status >= 400) {
        reject(failureFromBody(body, request.status, failureHeaders(request)));
        return;
      }
      try {
        resolve(conform(Accepted, body, requestId));
      } catch (failure) {
        reject(failure);
      }
    };
    request.send(form);
  });
}

function failureHeaders(request: XMLHttpRequest): Headers {
  const headers = new Headers();
  for (const name of ["x-request-id", "retry-after"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
