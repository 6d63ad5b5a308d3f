export { SearchIndex } from "../durable-objects/search-index.ts";

export default {
  fetch: () => new Response("ok"),
} satisfies ExportedHandler<Env>;
