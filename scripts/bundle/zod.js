// What `zod` resolves to in the deployed script (wrangler.toml): zod as it is, without its messages in fifty languages.
import * as z from "./zod-exports.js";

export * from "./zod-exports.js";
export { z, z as default };
