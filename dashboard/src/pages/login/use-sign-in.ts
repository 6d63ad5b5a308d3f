import type { Ref } from "vue";
import { type Action, useAction } from "../../components/use-action.ts";
import { useCountdown } from "../../components/use-countdown.ts";

/** A way to sign in, and the seconds that the server wants waited before the next attempt. */
export function useSignIn(act: () => Promise<void>): Action<[]> & { readonly wait: Readonly<Ref<number>> } {
  const action = useAction(act);
  const { seconds: wait, start } = useCountdown();

  async function run(): Promise<boolean> {
    const isDone = await action.run();
    start(action.failure.value?.retryAfter ?? 0);
    return isDone;
  }
  return { ...action, run, wait };
}
