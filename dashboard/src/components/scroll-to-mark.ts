const MOST_LOOKS = 20;

/** Brings a mark to the middle and keeps it there: blocks that come into sight take their true height on the way. */
export async function scrollToMark(mark: Element): Promise<void> {
  for (let look = 0, before = Number.NaN; look < MOST_LOOKS; look += 1) {
    mark.scrollIntoView({ block: "center" });
    const { top } = mark.getBoundingClientRect();
    if (top === before) return;
    before = top;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}
