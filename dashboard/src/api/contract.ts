/** What the dashboard knows of the Worker. Import the contract from here only: no-eval must run first. */
import "./no-eval.ts";

export type * from "../../../workers/contract/access.ts";
export { GRANT_LEVELS, Grant, GrantList, ROLES, Visibility } from "../../../workers/contract/access.ts";
export type * from "../../../workers/contract/collections.ts";
export {
  Collection,
  CollectionName,
  CollectionPage,
  DEFAULT_COLLECTION,
} from "../../../workers/contract/collections.ts";
export type * from "../../../workers/contract/documents.ts";
export {
  Accepted,
  Document,
  DocumentPage,
  DocumentText,
  MAX_DOCUMENT_BYTES,
  VersionPage,
} from "../../../workers/contract/documents.ts";
export type * from "../../../workers/contract/identity.ts";
export {
  Email,
  Group,
  GroupPage,
  Key,
  KeyPage,
  MAX_PASSWORD,
  Me,
  MIN_PASSWORD,
  NewKey,
  NewUser,
  Passkey,
  PasskeyList,
  PasskeyOptions,
  Session,
  SessionList,
  SignedIn,
  SignInLink,
  SigningKey,
  SigningKeyList,
  User,
  UserPage,
} from "../../../workers/contract/identity.ts";
export type * from "../../../workers/contract/ingestion.ts";
export { JobDetail, JobStage, JobState } from "../../../workers/contract/ingestion.ts";
export { Problem } from "../../../workers/contract/problem.ts";
export type * from "../../../workers/contract/queries.ts";
export { Answer, Citation, Passage, QueryPage } from "../../../workers/contract/queries.ts";
