import { onBeforeUnmount, onMounted, type ShallowRef } from "vue";
import { usePreferences } from "../stores/preferences.ts";

/** Moves the focus to a field when `/` is pressed outside of one, unless the reader turned such keys off. */
export function useSlashKey(field: Readonly<ShallowRef<HTMLElement | null>>): void {
  const preferences = usePreferences();

  function onKeydown(event: KeyboardEvent): void {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!preferences.shortcuts || takesText(event.target)) return;
    event.preventDefault();
    field.value?.focus();
  }

  onMounted(() => document.addEventListener("keydown", onKeydown));
  onBeforeUnmount(() => document.removeEventListener("keydown", onKeydown));
}

function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null
  );
}
