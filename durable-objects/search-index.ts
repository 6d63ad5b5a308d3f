import { DurableObject } from "cloudflare:workers";

export class SearchIndex extends DurableObject<Env> {}
