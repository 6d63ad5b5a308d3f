/**
 * Turns calls for one item into calls for many: what comes while one is under way waits and goes together in the
 * next, as in a database's group commit. Where many fail together each is tried alone, so that one bad item
 * fails nobody else's.
 *
 * @param sendMany must give one result an item, in order, and may be called twice with the same items
 */
export function coalesced<Item, Result>(
  sendMany: (items: Item[]) => Promise<Result[]>,
  most: number,
): (item: Item) => Promise<Result> {
  const waiting: { item: Item; settle: PromiseWithResolvers<Result> }[] = [];
  let sending = false;

  const sendAll = async () => {
    sending = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, most);
      try {
        const results = await sendMany(group.map(({ item }) => item));
        for (const [position, { settle }] of group.entries()) settle.resolve(results[position] as Result);
      } catch (error) {
        if (group.length === 1) group[0]?.settle.reject(error);
        else await Promise.all(group.map((entry) => sendAlone(entry)));
      }
    }
    sending = false;
  };

  const sendAlone = async ({ item, settle }: (typeof waiting)[number]) => {
    try {
      const [result] = await sendMany([item]);
      settle.resolve(result as Result);
    } catch (error) {
      settle.reject(error);
    }
  };

  return (item) => {
    const settle = Promise.withResolvers<Result>();
    waiting.push({ item, settle });
    // The sender begins in a moment, when the others of this turn have come.
    if (!sending) {
      sending = true;
      queueMicrotask(() => void sendAll());
    }
    return settle.promise;
  };
}
