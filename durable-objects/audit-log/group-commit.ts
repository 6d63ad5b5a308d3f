interface Waiting<Item, Reply> {
  items: Item[];
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

/** Gathers what arrives at the same time into one commit: a burst of calls then costs little more than one call. */
export class GroupCommit<Item, Reply> {
  readonly #commit: (groups: Item[][]) => Reply[];
  #waiting: Waiting<Item, Reply>[] = [];

  /** @param commit runs without an await, all or nothing; replies to the groups in order */
  constructor(commit: (groups: Item[][]) => Reply[]) {
    this.#commit = commit;
  }

  async add(items: Item[]): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#waiting.push({ items, resolve, reject });
    if (this.#waiting.length === 1) {
      await scheduler.wait(0);
      this.#flush();
    }
    return promise;
  }

  #flush(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      const replies = this.#commit(group.map(({ items }) => items));
      for (const [i, reply] of replies.entries()) group[i]?.resolve(reply);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }
}
