let id = "";
let startedAt = 0;
let requests = 0;

/** An isolate gets its id with the first work that it does, of whatever kind: before, there is neither time nor randomness. */
function begin(): void {
  if (id !== "") return;
  id = crypto.randomUUID();
  startedAt = Date.now();
}

/** What this isolate has seen. */
export const isolate = {
  countRequest(): void {
    begin();
    requests += 1;
  },

  describe() {
    begin();
    return { id, started_at: new Date(startedAt).toISOString(), requests };
  },
};
