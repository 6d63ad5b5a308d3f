import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Collection } from "../workers/contract/collections.ts";
import { Accepted } from "../workers/contract/documents.ts";
import { JobDetail } from "../workers/contract/ingestion.ts";
import { Problem } from "../workers/contract/problem.ts";
import { Answer } from "../workers/contract/queries.ts";

/** How often a request is sent that is refused because there were too many. */
const TRIES = 5;

/** A reply that was no success, with the problem that the server gave. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem | null;
  readonly status: number;
  constructor(status: number, problem: Problem | null) {
    super(
      problem === null ? `The server replied with status ${status}.` : `${problem.code}: ${problem.detail}`,
    );
    this.status = status;
    this.problem = problem;
  }
}

interface Schema<Value> {
  parse(value: unknown): Value;
}

/** Talks to an Almanac over HTTP; every reply is checked against the contract. */
export class Client {
  readonly base: URL;
  readonly #key: string | null;

  /** @param key an API key; null for what is open to everybody */
  constructor(base: URL | string, key: string | null) {
    this.base = new URL(base);
    this.#key = key;
  }

  async upload(
    path: string,
    options: { collection: string; name?: string; metadata?: object },
  ): Promise<Accepted> {
    const form = new FormData();
    form.set("collection", options.collection);
    form.set("name", options.name ?? basename(path));
    if (options.metadata !== undefined) form.set("metadata", JSON.stringify(options.metadata));
    form.set("file", new Blob([await readFile(path)]), basename(path));
    return this.send("POST", "/api/v1/documents", Accepted, form);
  }

  job(id: string): Promise<JobDetail> {
    return this.send("GET", `/api/v1/ingestion/jobs/${id}`, JobDetail);
  }

  /** The collection, or null when there is none of that name. */
  async collection(name: string): Promise<Collection | null> {
    try {
      return await this.send("GET", `/api/v1/collections/${name}`, Collection);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  ask(question: { question: string; collection: string; top_k?: number }): Promise<Answer> {
    return this.send("POST", "/api/v1/query", Answer, question);
  }

  /** One request whose reply must fit the schema. @throws ApiError */
  async send<Value>(
    method: string,
    path: string,
    schema: Schema<Value>,
    body?: FormData | object,
  ): Promise<Value> {
    const response = await this.request(method, path, body);
    return schema.parse(response.status === 204 ? undefined : await response.json());
  }

  /**
   * One request whose reply is read by the caller. Where there are too many it waits as long as it is told to.
   *
   * @param body a form, lines of JSON as text, or what is sent as JSON
   * @throws ApiError
   */
  async request(method: string, path: string, body?: FormData | string | object): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#key !== null) headers.authorization = `Bearer ${this.#key}`;
    if (typeof body === "string") headers["content-type"] = "application/x-ndjson";
    else if (body !== undefined && !(body instanceof FormData)) headers["content-type"] = "application/json";
    const content = typeof body === "object" && !(body instanceof FormData) ? JSON.stringify(body) : body;
    const init = { method, headers, ...(content === undefined ? {} : { body: content }) };
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(new URL(path, this.base), init);
      if (response.ok) return response;
      if (response.status !== 429 || tries === TRIES) throw await refusalOf(response);
      await wait(1000 * Math.max(1, Number(response.headers.get("retry-after") ?? 1)));
    }
  }
}

async function refusalOf(response: Response): Promise<ApiError> {
  const reply: unknown = await response.json().catch(() => null);
  return new ApiError(response.status, Problem.safeParse(reply).data ?? null);
}
