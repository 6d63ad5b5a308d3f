/** Raised whenever a parser gives another text for the same bytes: stored texts of old revisions stay as they are. */
export const PARSER_REVISION = 1;
