import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Collection } from "../workers/contract/collections.ts";
import { Accepted } from "../workers/contract/documents.ts";
import { JobDetail } from "../workers/contract/ingestion.ts";
import { Problem } from "../workers/contract/problem.ts";
import { Answer } from "../workers/contract/queries.ts";

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
  readonly #base: URL;

  constructor(base: URL | string) {
    this.#base = new URL(base);
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
    return this.#send("POST", "/api/v1/documents", Accepted, form);
  }

  job(id: string): Promise<JobDetail> {
    return this.#send("GET", `/api/v1/ingestion/jobs/${id}`, JobDetail);
  }

  /** The collection, or null when there is none of that name. */
  async collection(name: string): Promise<Collection | null> {
    try {
      return await this.#send("GET", `/api/v1/collections/${name}`, Collection);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }
  }

  ask(question: { question: string; collection: string; top_k?: number }): Promise<Answer> {
    return this.#send("POST", "/api/v1/query", Answer, question);
  }

  async #send<Value>(
    method: string,
    path: string,
    schema: Schema<Value>,
    body?: FormData | object,
  ): Promise<Value> {
    const response = await fetch(new URL(path, this.#base), {
      method,
      ...(body === undefined
        ? {}
        : body instanceof FormData
          ? { body }
          : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const reply: unknown = await response.json().catch(() => null);
    if (response.ok) return schema.parse(reply);
    throw new ApiError(response.status, Problem.safeParse(reply).data ?? null);
  }
}
