/** The envelope of every reply of Prometheus' HTTP API. */
export interface Envelope {
  status: "success" | "error";
  data?: unknown;
  errorType?: string;
  error?: string;
}

/** A series of a reply: its labels, as JSON with sorted names, and its points as they were written. */
export type SeriesPoints = Map<string, (readonly [time: number, value: string])[]>;

interface Result {
  resultType: string;
  result: { metric: Record<string, string>; value?: [number, string]; values?: [number, string][] }[];
}

/** Speaks to Prometheus, or to what answers as it does. */
export class PrometheusApi {
  readonly url: string;
  readonly #headers: Record<string, string>;

  /** @param url what comes before `/api/v1` */
  constructor(url: string, key: string | null) {
    this.url = url;
    this.#headers = key === null ? {} : { authorization: `Bearer ${key}` };
  }

  /** Asks with a form in the body, as Grafana does. */
  async post(path: string, form: Record<string, string> | URLSearchParams): Promise<Envelope> {
    const body = new URLSearchParams(form);
    return this.#ask(path, { method: "POST", headers: this.#headers, body });
  }

  async get(path: string, parameters: Record<string, string> = {}): Promise<Envelope> {
    const query = new URLSearchParams(parameters);
    return this.#ask(`${path}?${query}`, { headers: this.#headers });
  }

  /** Sends samples. @throws Error unless all were taken */
  async write(body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/write`, {
      method: "POST",
      headers: { ...this.#headers, ...headers },
      body,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
  }

  /** The points of an instant or a range query that gives series. @throws Error for a reply without any */
  async series(path: "query" | "query_range", form: Record<string, string>): Promise<SeriesPoints> {
    const { data, error } = await this.post(path, form);
    if (data === undefined) throw new Error(`${form.query}: ${error}`);
    const { result } = data as Result;
    return new Map(
      result.map(({ metric, value, values }) => [
        seriesKey(metric),
        values ?? (value === undefined ? [] : [value]),
      ]),
    );
  }

  async #ask(path: string, init: RequestInit): Promise<Envelope> {
    const response = await fetch(`${this.url}/api/v1/${path}`, init);
    return (await response.json()) as Envelope;
  }
}

export const seriesKey = (labels: Record<string, string>): string =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
