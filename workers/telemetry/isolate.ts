let id = "";
let startedAt = 0;
let requests = 0;

/** What this isolate has seen. Known from its first request on: there is neither time nor randomness before. */
export const isolate = {
  countRequest(): void {
    if (requests === 0) {
      id = crypto.randomUUID();
      startedAt = Date.now();
    }
    requests += 1;
  },

  describe: () => ({ id, started_at: new Date(startedAt).toISOString(), requests }),
};
