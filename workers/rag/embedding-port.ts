/** Turns texts into vectors that are near when the texts mean the same. */
export interface EmbeddingModel {
  /** Names the model and its version; vectors of different ids are never compared. */
  readonly id: string;
  readonly dimensions: number;
  /** How much the cosine counts beside the words in the fused score: about 0.1 for word vectors, 0.5 for BGE. */
  readonly denseWeight: number;
  /**
   * One unit vector scaled to int8 (±127) for each text, in order; null where the model knows no word of it.
   *
   * @throws AppError when a remote model cannot be reached or refuses
   */
  embed(texts: string[]): Promise<(Int8Array | null)[]>;
}
