import { defineStore } from "pinia";
import { ref, watchEffect } from "vue";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** How this browser shows the dashboard. Kept in the browser, not on the server. */
export const usePreferences = defineStore("preferences", () => {
  const stored = recall("almanac.theme");
  const theme = ref<Theme>(THEMES.find((name) => name === stored) ?? "system");
  const shortcuts = ref(recall("almanac.shortcuts") !== "off");

  watchEffect(() => {
    if (theme.value === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    remember("almanac.theme", theme.value);
    remember("almanac.shortcuts", shortcuts.value ? "on" : "off");
  });
  return { theme, shortcuts };
});

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    // Browsers that block storage throw here; the preference then lasts as long as the page.
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // As above: nothing to keep it in.
  }
}
