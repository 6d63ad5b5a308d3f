const MEDIA_TYPE = "application/x-protobuf";
const MESSAGES: Readonly<Record<string, "1.0" | "2.0">> = {
  "prometheus.WriteRequest": "1.0",
  "io.prometheus.write.v2.Request": "2.0",
};

/** What a sender announces, or why it gets 415 Unsupported Media Type. */
type RemoteWriteFormat =
  | { readonly supported: true; readonly version: "1.0" | "2.0" }
  | { readonly supported: false; readonly detail: string };

/**
 * Reads the headers of a remote write request (prometheus.io/docs/specs/prw/remote_write_spec_2_0). As in Prometheus,
 * the message is told by Content-Type alone, X-Prometheus-Remote-Write-Version is not asked, and what old senders leave
 * out is taken for 1.0 and for Snappy.
 */
export function remoteWriteFormat(headers: Headers): RemoteWriteFormat {
  const encoding = headers.get("Content-Encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "snappy")
    return unsupported(`The Content-Encoding "${encoding}" is not taken: send snappy, in its block format.`);
  const [mediaType = "", ...parameters] = (headers.get("Content-Type") ?? MEDIA_TYPE).split(";");
  if (mediaType.trim().toLowerCase() !== MEDIA_TYPE)
    return unsupported(`The media type "${mediaType.trim()}" is not taken: send ${MEDIA_TYPE}.`);
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=", 2);
    if (name.trim().toLowerCase() !== "proto") continue;
    const message = value.trim().replace(/^"(.*)"$/, "$1");
    const version = Object.hasOwn(MESSAGES, message) ? MESSAGES[message] : undefined;
    return version === undefined
      ? unsupported(`The message "${message}" is not taken: send ${Object.keys(MESSAGES).join(" or ")}.`)
      : { supported: true, version };
  }
  return { supported: true, version: "1.0" };
}

/** What is in store of a request, once it is. */
export interface Written {
  readonly samples: number;
  readonly histograms: number;
  readonly exemplars: number;
}

/** The headers that a 2.0 sender wants with every answer, whatever its status; a 1.0 sender ignores them. */
export function writtenHeaders({ samples, histograms, exemplars }: Written): Record<string, string> {
  return {
    "X-Prometheus-Remote-Write-Samples-Written": String(samples),
    "X-Prometheus-Remote-Write-Histograms-Written": String(histograms),
    "X-Prometheus-Remote-Write-Exemplars-Written": String(exemplars),
  };
}

const unsupported = (detail: string): RemoteWriteFormat => ({ supported: false, detail });
