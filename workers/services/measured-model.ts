import { meter } from "../monitoring/own-metrics/meter.ts";
import type { EmbeddingModel } from "../rag/embedding-port.ts";

/** Counts and times what an embedding model is asked for. */
export const measuredModel = (model: EmbeddingModel): EmbeddingModel => ({
  ...model,
  async embed(texts) {
    const startedAt = performance.now();
    const vectors = await model.embed(texts);
    const seconds = (performance.now() - startedAt) / 1000;
    meter.observe("rag_embedding_duration_seconds", { model: model.id }, seconds);
    meter.count("rag_embedded_texts_total", { model: model.id }, texts.length);
    return vectors;
  },
});
