import { onScopeDispose, type Ref, ref } from "vue";

/** Seconds that are left to wait, counted down by the clock: a sleeping tab catches up. */
export function useCountdown(): { readonly seconds: Readonly<Ref<number>>; start(seconds: number): void } {
  const seconds = ref(0);
  let until = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  function tick(): void {
    seconds.value = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    if (seconds.value === 0) clearInterval(timer);
  }

  function start(wait: number): void {
    clearInterval(timer);
    until = Date.now() + wait * 1000;
    timer = setInterval(tick, 500);
    tick();
  }
  onScopeDispose(() => clearInterval(timer));
  return { seconds, start };
}
