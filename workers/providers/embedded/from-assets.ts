import { AppError } from "../../errors.ts";
import type { EmbeddingModel } from "../../rag/embedding-port.ts";
import { loadStaticVectors, STATIC_VECTORS } from "./static-vectors.ts";

const ADDRESS = "https://assets.local/models/static-vectors.bin";

let loaded: EmbeddingModel | undefined;

/** The embedded model, read from the static assets when an isolate first embeds something, and kept. */
export function embeddedModel(assets: Fetcher): EmbeddingModel {
  return {
    ...STATIC_VECTORS,
    async embed(texts) {
      loaded ??= await load(assets);
      return loaded.embed(texts);
    },
  };
}

async function load(assets: Fetcher): Promise<EmbeddingModel> {
  const response = await assets.fetch(ADDRESS);
  if (!response.ok) {
    throw new AppError("dependency_unavailable", {
      detail: `The embedding model could not be read from the static assets (status ${response.status}). Run \`npm run build\`.`,
    });
  }
  return loadStaticVectors(await response.arrayBuffer());
}
