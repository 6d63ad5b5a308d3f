import { defineStore } from "pinia";
import { computed, reactive, ref } from "vue";
import { type Accepted, MAX_DOCUMENT_BYTES } from "../api/contract.ts";
import { Failure, failureFrom } from "../api/failure.ts";
import { uploadFile } from "../api/upload.ts";
import { formatBytes } from "../text/format.ts";
import { useJobs } from "./jobs.ts";

export type Upload = { readonly key: number; readonly file: File; readonly collection: string } & (
  | { phase: "waiting" }
  | { phase: "sending"; share: number }
  | { phase: "accepted"; accepted: Accepted }
  | { phase: "refused"; failure: Failure }
);

const AT_ONCE = 2;
const TOO_LARGE = {
  phase: "refused",
  failure: new Failure(
    "body_too_large",
    `The file is larger than ${formatBytes(MAX_DOCUMENT_BYTES)}, the most that a document may have. Divide it.`,
    { status: 413 },
  ),
} as const;

/** Files on their way to the server. They survive a change of page. */
export const useUploads = defineStore("uploads", () => {
  const jobs = useJobs();
  const uploads = reactive(new Map<number, Upload>());
  const list = computed(() => [...uploads.values()]);
  /** Counts accepted files: a list of documents that watches it is never behind. */
  const acceptedCount = ref(0);
  let nextKey = 1;

  function add(files: Iterable<File>, collection: string): void {
    for (const file of files) {
      const base = { key: nextKey++, file, collection };
      uploads.set(
        base.key,
        file.size > MAX_DOCUMENT_BYTES ? { ...base, ...TOO_LARGE } : { ...base, phase: "waiting" },
      );
    }
    sendWaiting();
  }

  function retry(upload: Upload): void {
    const { key, file, collection } = upload;
    uploads.set(key, { key, file, collection, phase: "waiting" });
    sendWaiting();
  }

  function dismiss(key: number): void {
    uploads.delete(key);
  }

  function sendWaiting(): void {
    const sending = list.value.filter(({ phase }) => phase === "sending").length;
    const waiting = list.value.filter(({ phase }) => phase === "waiting");
    for (const upload of waiting.slice(0, AT_ONCE - sending)) void sendOne(upload);
  }

  async function sendOne({ key, file, collection }: Upload): Promise<void> {
    const base = { key, file, collection };
    uploads.set(key, { ...base, phase: "sending", share: 0 });
    try {
      const accepted = await uploadFile(file, collection, (share) => {
        uploads.set(key, { ...base, phase: "sending", share });
      });
      uploads.set(key, { ...base, phase: "accepted", accepted });
      jobs.follow(accepted.job.id);
      acceptedCount.value += 1;
    } catch (error) {
      uploads.set(key, { ...base, phase: "refused", failure: failureFrom(error) });
    }
    sendWaiting();
  }

  return { list, acceptedCount, add, retry, dismiss };
});
