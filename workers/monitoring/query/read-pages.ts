import { decodeLabels } from "../model/label-codec.ts";
import type { Labels } from "../model/labels.ts";
import { Samples } from "../model/samples.ts";
import type { ChunkPage, PageCursor, SamplePage, SeriesPage } from "./shard-reader.ts";

/** A series of a page with its chunks, which share the page's memory. */
export interface PagedSeries {
  readonly labels: Labels;
  readonly chunks: readonly Uint8Array[];
}

/** … and with what is not packed yet; null where there is nothing. */
export interface PagedSamples extends PagedSeries {
  readonly fresh: Samples | null;
}

/**
 * All pages of one reader. The first is asked for at once and each following one as soon as the one before it is there,
 * so that a page travels while another is worked on.
 */
export function readPages<Page extends SeriesPage>(
  read: (cursor: PageCursor) => Promise<Page>,
): AsyncIterable<Page> {
  let ahead: Promise<Page> | null = begin(read(null));
  return (async function* () {
    while (ahead !== null) {
      const page: Page = await ahead;
      ahead = page.next === null ? null : begin(read(page.next));
      yield page;
    }
  })();
}

export function seriesOf({ labelBytes, labelEnds }: SeriesPage): Labels[] {
  return Array.from(labelEnds, (end, place) => decodeLabels(labelBytes, labelEnds[place - 1] ?? 0, end));
}

export function chunksOf(page: ChunkPage): PagedSeries[] {
  const { chunkCounts, chunkEnds, chunkBytes } = page;
  return seriesOf(page).map((labels, place) => {
    const chunks: Uint8Array[] = [];
    for (let chunk = chunkCounts[place - 1] ?? 0; chunk < (chunkCounts[place] ?? 0); chunk++) {
      chunks.push(chunkBytes.subarray(chunkEnds[chunk - 1] ?? 0, chunkEnds[chunk]));
    }
    return { labels, chunks };
  });
}

export function samplesOf(page: SamplePage): PagedSamples[] {
  const { freshEnds, freshTimes, freshValues } = page;
  return chunksOf(page).map((series, place) => {
    const start = freshEnds[place - 1] ?? 0;
    const end = freshEnds[place] ?? 0;
    const fresh =
      end > start ? new Samples(freshTimes.subarray(start, end), freshValues.subarray(start, end)) : null;
    return { ...series, fresh };
  });
}

/** Whoever stops reading leaves a page unasked for: its failure is nobody's. */
function begin<Page>(page: Promise<Page>): Promise<Page> {
  page.catch(() => undefined);
  return page;
}
