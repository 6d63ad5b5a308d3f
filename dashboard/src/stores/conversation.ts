import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import { ask, type Outcome } from "../api/ask.ts";
import type { Citation, Passage } from "../api/contract.ts";
import { type Failure, failureFrom, isAbort } from "../api/failure.ts";

export interface Question {
  readonly question: string;
  readonly collection: string;
}

/** `asking` until the outcome; `stopped` by the reader; `failed` with what had arrived kept. */
export type Phase = "idle" | "asking" | "done" | "stopped" | "failed";

/** The question being answered and its answer. Kept across pages, so that coming back does not ask again. */
export const useConversation = defineStore("conversation", () => {
  const asked = shallowRef<Question>();
  const phase = ref<Phase>("idle");
  const text = ref("");
  const passages = shallowRef<readonly Passage[]>([]);
  const citations = shallowRef<readonly Citation[]>([]);
  const outcome = shallowRef<Outcome>();
  const failure = shallowRef<Failure>();
  let controller = new AbortController();

  function isCurrent({ question, collection }: Question): boolean {
    return asked.value?.question === question && asked.value.collection === collection;
  }

  async function begin(question: Question): Promise<void> {
    reset();
    asked.value = question;
    phase.value = "asking";
    const { signal } = controller;
    try {
      for await (const event of ask(question, signal)) {
        if (signal.aborted) return;
        if (event.kind === "passages") passages.value = event.passages;
        else if (event.kind === "delta") text.value += event.text;
        else if (event.kind === "citations") citations.value = event.citations;
        else finish(event.outcome);
      }
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      failure.value = failureFrom(error);
      phase.value = "failed";
    }
  }

  function finish(result: Outcome): void {
    outcome.value = result;
    text.value = result.answer;
    phase.value = "done";
  }

  function stop(): void {
    controller.abort();
    phase.value = "stopped";
  }

  function reset(): void {
    controller.abort();
    controller = new AbortController();
    asked.value = undefined;
    phase.value = "idle";
    text.value = "";
    passages.value = [];
    citations.value = [];
    outcome.value = undefined;
    failure.value = undefined;
  }

  return { asked, phase, text, passages, citations, outcome, failure, isCurrent, begin, stop, reset };
});
