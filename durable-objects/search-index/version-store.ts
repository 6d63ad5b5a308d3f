import { AppError } from "../../workers/errors.ts";
import { matchesFilter } from "../../workers/rag/filter.ts";
import { DocumentNames } from "../../workers/rag/rank/document-names.ts";
import type { IndexedVersion, SearchRequest } from "../../workers/rag/search-port.ts";

/** A document version with its row. */
export interface StoredVersion extends IndexedVersion {
  row: number;
}

type VersionRow = {
  row: number;
  document_id: string;
  version: number;
  document_name: string;
  title: string;
  metadata: string;
};

export interface Activation {
  from: number | null;
  forgotten: number[];
}

const COLUMNS = "row, document_id, version, document_name, title, metadata";

/** The door to the versions in SQLite, and which of them a search may see. */
export class VersionStore {
  readonly #sql: SqlStorage;
  /** Made when a search first needs it. */
  #names: DocumentNames | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The row of a version's build, made if there is none yet. */
  ensure(version: IndexedVersion, build: number): number {
    const known = this.find({ ...version, build });
    if (known !== undefined) return known;
    const { row } = this.#sql
      .exec<{ row: number }>(
        "INSERT INTO version (document_id, version, build, document_name, title, metadata) VALUES (?, ?, ?, ?, ?, ?) RETURNING row",
        version.documentId,
        version.version,
        build,
        version.documentName,
        version.title,
        JSON.stringify(version.metadata),
      )
      .one();
    this.#names?.add(row, version);
    return row;
  }

  /** The row of a version's build; when none is named, of the one that answers or did, else of the newest. */
  find({
    documentId,
    version,
    build,
  }: {
    documentId: string;
    version: number;
    build?: number;
  }): number | undefined {
    const rows = this.#sql.exec<{ row: number }>(
      `SELECT row FROM version WHERE document_id = ?1 AND version = ?2 AND coalesce(?3, build) = build
       ORDER BY live_from IS NULL, build DESC LIMIT 1`,
      documentId,
      version,
      build ?? null,
    );
    return [...rows][0]?.row;
  }

  read(row: number): StoredVersion | undefined {
    const [found] = [...this.#sql.exec<VersionRow>(`SELECT ${COLUMNS} FROM version WHERE row = ?`, row)];
    return found === undefined ? undefined : fromRow(found);
  }

  /**
   * Makes a build of a version the live one of its document from `at` on. Nothing changes when it has been live
   * already, or when a newer version is. Where another build of the version is live, this one takes its place in
   * time, and all earlier builds of the version are forgotten; a later one may be under way.
   *
   * @returns the time from which the version is live (null when it is not), and the rows that are forgotten
   * @throws AppError `version_not_found` for a build that was never appended
   */
  activate(target: { documentId: string; version: number; build: number; at: number }): Activation {
    const { documentId, version, build, at } = target;
    const row = this.find(target);
    if (row === undefined) throw new AppError("version_not_found");
    const [newest] = [
      ...this.#sql.exec<{ row: number; version: number; build: number; live_from: number }>(
        "SELECT row, version, build, live_from FROM version WHERE document_id = ? AND live_from IS NOT NULL ORDER BY version DESC",
        documentId,
      ),
    ];
    if (newest?.row === row) return { from: newest.live_from, forgotten: [] };
    if (newest?.version === version && newest.build > build) return { from: newest.live_from, forgotten: [] };
    if (newest !== undefined && newest.version > version) return { from: null, forgotten: [] };
    const from = newest?.version === version ? newest.live_from : Math.max(at, newest?.live_from ?? at);
    const others = this.#sql.exec<{ row: number }>(
      "DELETE FROM version WHERE document_id = ? AND version = ? AND build < ? RETURNING row",
      documentId,
      version,
      build,
    );
    const forgotten = [...others].map((other) => other.row);
    if (forgotten.length > 0) this.#names = null;
    this.#sql.exec(
      "UPDATE version SET live_until = ? WHERE document_id = ? AND live_from IS NOT NULL AND live_until IS NULL",
      from,
      documentId,
    );
    this.#sql.exec("UPDATE version SET live_from = ? WHERE row = ?", from, row);
    return { from, forgotten };
  }

  /** Changes what a version is called and carries; what was indexed of its title stays. */
  rename({ documentId, version, documentName, title, metadata }: IndexedVersion): void {
    this.#sql.exec(
      "UPDATE version SET document_name = ?, title = ?, metadata = ? WHERE document_id = ? AND version = ?",
      documentName,
      title,
      JSON.stringify(metadata),
      documentId,
      version,
    );
    this.#names = null;
  }

  /** Must be called when the versions were changed by another way than this. */
  forget(): void {
    this.#names = null;
  }

  /** The versions among those marked that a question means by name, by row, with how surely. */
  named(question: string, marked: Uint8Array): Map<number, number> {
    this.#names ??= this.#readNames();
    return this.#names.find(question, marked, (row) => this.read(row));
  }

  /** Forgets the versions of a document; gives their rows. */
  delete(documentId: string): number[] {
    const rows = this.#sql.exec<{ row: number }>(
      "DELETE FROM version WHERE document_id = ? RETURNING row",
      documentId,
    );
    return [...rows].map(({ row }) => row);
  }

  /** Marks, by row, of all versions that exist. */
  existing(): Uint8Array {
    return this.#mark(this.#sql.exec<{ row: number }>("SELECT row FROM version"));
  }

  /** Marks, by row, of the versions a search may know of. */
  visible({ asOf, only }: Pick<SearchRequest, "asOf" | "only">): Uint8Array {
    if (only !== undefined) {
      const row = this.find(only);
      return this.#mark(row === undefined ? [] : [{ row }]);
    }
    if (asOf === undefined) {
      return this.#select("live_from IS NOT NULL AND live_until IS NULL");
    }
    return "at" in asOf
      ? this.#select("live_from <= ?1 AND (live_until IS NULL OR live_until > ?1)", asOf.at)
      : this.#select("live_from IS NOT NULL AND version = ?", asOf.version);
  }

  /** Marks, by row, of those marked whose document's metadata meets a filter. */
  narrow(marked: Uint8Array, filter: NonNullable<SearchRequest["filters"]>): Uint8Array {
    const rows = this.#sql.exec<{ row: number; metadata: string }>("SELECT row, metadata FROM version");
    const kept: { row: number }[] = [];
    for (const { row, metadata } of rows) {
      if (marked[row] === 1 && matchesFilter(JSON.parse(metadata), filter)) kept.push({ row });
    }
    return this.#mark(kept);
  }

  /** Marks, by row, of those marked whose document may be known of. */
  permit(marked: Uint8Array, permitted: NonNullable<SearchRequest["permitted"]>): Uint8Array {
    const named = new Set("only" in permitted ? permitted.only : permitted.except);
    const rows = this.#sql.exec<{ row: number; document_id: string }>("SELECT row, document_id FROM version");
    const kept: { row: number }[] = [];
    for (const { row, document_id } of rows) {
      if (marked[row] === 1 && named.has(document_id) === "only" in permitted) kept.push({ row });
    }
    return this.#mark(kept);
  }

  count(): { documents: number; versions: number } {
    return this.#sql
      .exec<{ documents: number; versions: number }>(
        "SELECT COUNT(DISTINCT document_id) AS documents, COUNT(*) AS versions FROM version",
      )
      .one();
  }

  #readNames(): DocumentNames {
    const names = new DocumentNames();
    for (const found of this.#sql.exec<VersionRow>(`SELECT ${COLUMNS} FROM version`)) {
      names.add(found.row, fromRow(found));
    }
    return names;
  }

  #select(condition: string, ...bound: number[]): Uint8Array {
    return this.#mark(
      this.#sql.exec<{ row: number }>(`SELECT row FROM version WHERE ${condition}`, ...bound),
    );
  }

  #mark(rows: Iterable<{ row: number }>): Uint8Array {
    const found = Uint32Array.from(rows, ({ row }) => row);
    const marks = new Uint8Array(found.reduce((highest, row) => Math.max(highest, row), 0) + 1);
    for (const row of found) marks[row] = 1;
    return marks;
  }
}

function fromRow(found: VersionRow): StoredVersion {
  return {
    row: found.row,
    documentId: found.document_id,
    version: found.version,
    documentName: found.document_name,
    title: found.title,
    metadata: JSON.parse(found.metadata),
  };
}
