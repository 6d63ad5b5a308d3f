import { type SQL, sql } from "drizzle-orm";
import { document, job } from "./schema.ts";

/** Documents whose newest version is that of such a job: their state is the job's state. */
export const newestVersionIsOf = (isSuchAJob: SQL | undefined): SQL =>
  sql`exists (select 1 from ${job} where ${isSuchAJob} and ${job.documentId} = ${document.id}
    and ${job.version} = ${document.latestVersion})`;
