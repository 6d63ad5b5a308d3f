import { config } from "zod";

// zod compiles schemas with `new Function`, which the page's security policy forbids. It decides when a
// schema is made, so this module must run before the contract's.
config({ jitless: true });
