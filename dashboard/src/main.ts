import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { router } from "./router.ts";
import { usePreferences } from "./stores/preferences.ts";
import { useSession, watchReturns } from "./stores/session.ts";
import "./style.css";

const app = createApp(App).use(createPinia()).use(router);
usePreferences();
watchReturns(useSession());
app.mount("#app");
