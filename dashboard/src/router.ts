import { nextTick } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import type { Role } from "./api/contract.ts";
import { guard } from "./guard.ts";
import AskPage from "./pages/ask/AskPage.vue";

declare module "vue-router" {
  interface RouteMeta {
    /** The page's name in the window's title. */
    title: string;
    /** The role that the page is for; absent on those that show what is public as well. */
    needs?: Role;
  }
}

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", name: "ask", component: AskPage, meta: { title: "Ask" } },
    {
      path: "/documents",
      name: "documents",
      component: () => import("./pages/documents/DocumentsPage.vue"),
      meta: { title: "Documents" },
    },
    {
      path: "/documents/:id",
      name: "document",
      component: () => import("./pages/document/DocumentPage.vue"),
      props: true,
      meta: { title: "Document" },
    },
    {
      path: "/login",
      name: "login",
      component: () => import("./pages/login/LoginPage.vue"),
      meta: { title: "Sign in" },
    },
    {
      path: "/account",
      name: "account",
      component: () => import("./pages/account/AccountPage.vue"),
      meta: { title: "Account", needs: "read" },
    },
    {
      path: "/access/:section(users|groups|keys)?",
      name: "access",
      component: () => import("./pages/access/AccessPage.vue"),
      meta: { title: "Access", needs: "admin" },
    },
    {
      path: "/audit",
      name: "audit",
      component: () => import("./pages/audit/AuditPage.vue"),
      meta: { title: "Audit", needs: "admin" },
    },
    {
      path: "/settings",
      name: "settings",
      component: () => import("./pages/settings/SettingsPage.vue"),
      meta: { title: "Settings", needs: "admin" },
    },
    {
      path: "/:path(.*)*",
      name: "missing",
      component: () => import("./pages/MissingPage.vue"),
      meta: { title: "Not found" },
    },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.beforeEach(guard);

// A page's code is missing when a newer build was put live since this one was loaded: load that one.
router.onError((_error, to, from) => {
  if (from.matched.length > 0) location.assign(to.fullPath);
});

router.afterEach(async (to, from) => {
  if (to.path === from.path && from.matched.length > 0) return;
  document.title = `${to.meta.title} · Almanac`;
  if (from.matched.length === 0) return;
  await nextTick();
  // Without this a screen reader says nothing when the page changes, and Tab goes on from the old place.
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
});
