import { type Ref, ref, type ShallowRef, shallowRef } from "vue";
import { type Failure, failureFrom } from "../api/failure.ts";

export interface Action<Input extends unknown[]> {
  readonly isBusy: Readonly<Ref<boolean>>;
  readonly failure: Readonly<ShallowRef<Failure | undefined>>;
  /** Runs it, unless it is running. @returns whether it went well */
  run(...input: Input): Promise<boolean>;
}

/** An act that the user starts, one at a time, with what became of it. */
export function useAction<Input extends unknown[]>(
  act: (...input: Input) => Promise<unknown>,
): Action<Input> {
  const isBusy = ref(false);
  const failure = shallowRef<Failure>();

  async function run(...input: Input): Promise<boolean> {
    if (isBusy.value) return false;
    isBusy.value = true;
    failure.value = undefined;
    try {
      await act(...input);
      return true;
    } catch (error) {
      failure.value = failureFrom(error);
      return false;
    } finally {
      isBusy.value = false;
    }
  }
  return { isBusy, failure, run };
}
