import { DurableObject } from "cloudflare:workers";
import { ORIGIN, signCheckpoint } from "../workers/audit/checkpoint.ts";
import type { PreparedEvent } from "../workers/audit/event.ts";
import type { AuditLogPort, LoggedEvent, LogProof, LogQuery } from "../workers/audit/log-port.ts";
import { hashLeaf } from "../workers/audit/merkle.ts";
import { type NoteSigner, noteSigner } from "../workers/audit/signed-note.ts";
import { inclusionPath, type ReadTile, rootAt, TreeEdge } from "../workers/audit/tiles.ts";
import type { Checkpoint } from "../workers/contract/audit.ts";
import { settingsOf } from "../workers/env.ts";
import { auditTileStore } from "../workers/storage/audit/tile-store.ts";
import { createLog, describeError, type Log } from "../workers/telemetry/log.ts";
import { CheckpointStore } from "./audit-log/checkpoint-store.ts";
import { EventStore, readLeaf } from "./audit-log/event-store.ts";
import { GroupCommit } from "./audit-log/group-commit.ts";
import { publish } from "./audit-log/publish.ts";
import { createTables } from "./audit-log/schema.ts";
import { TileTable } from "./audit-log/tile-table.ts";

const CHECKPOINT_EVERY_MS = 60_000;

/**
 * The audit log: an RFC 6962 Merkle tree over events, in the order in which they arrive. An event is in it once,
 * however often it is delivered. What a method returns is durable: the runtime holds replies and calls to the
 * outside back until the writes before them are, so no checkpoint gets out that a crash could contradict.
 */
export class AuditLog extends DurableObject<Env> implements AuditLogPort {
  readonly #events: EventStore;
  readonly #tiles: TileTable;
  readonly #checkpoints: CheckpointStore;
  readonly #commits: GroupCommit<PreparedEvent, { refused: string[] }>;
  readonly #log: Log;
  #edge: TreeEdge;
  #signer: Promise<NoteSigner> | undefined;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const { sql } = ctx.storage;
    createTables(sql);
    this.#events = new EventStore(sql);
    this.#tiles = new TileTable(sql);
    this.#checkpoints = new CheckpointStore(sql);
    this.#commits = new GroupCommit((groups) => this.#commit(groups));
    this.#log = createLog(settingsOf(env).LOG_LEVEL);
    this.#edge = this.#readEdge();
  }

  async append(events: PreparedEvent[]): Promise<{ refused: string[] }> {
    const reply = await this.#commits.add(events);
    await this.ensureAlarm();
    return reply;
  }

  async list(query: LogQuery): Promise<LoggedEvent[]> {
    return this.#events.list(query);
  }

  async entries(from: number, limit: number): Promise<LoggedEvent[]> {
    return this.#events.from(from, limit);
  }

  async proof(id: string): Promise<LogProof | null> {
    const sequence = this.#events.find(id);
    const [event] = sequence === null ? [] : this.#events.from(sequence, 1);
    if (event === undefined) return null;
    const newest = this.#checkpoints.newest();
    const checkpoint = newest !== null && newest.size > event.sequence ? newest : await this.sign();
    return { ...event, path: inclusionPath(this.#readTile, event.sequence, checkpoint.size), checkpoint };
  }

  async checkpoint(): Promise<Checkpoint> {
    return this.#checkpoints.newest() ?? (await this.sign());
  }

  async sign(): Promise<Checkpoint> {
    const newest = this.#checkpoints.newest();
    const { size } = this.#edge;
    if (newest?.size === size) return newest;
    const root = rootAt(this.#readTile, size);
    const checkpoint: Checkpoint = {
      size,
      root_hash: Buffer.from(root).toString("base64"),
      note: await signCheckpoint(await this.#openSigner(), { size, root }),
      signed_at: new Date().toISOString(),
    };
    this.#checkpoints.insert(checkpoint);
    return checkpoint;
  }

  async verifierKey(): Promise<string> {
    return (await this.#openSigner()).verifierKey;
  }

  /** Signs and publishes what was appended since the last time. What cannot be published now is, a minute later. */
  override async alarm(): Promise<void> {
    try {
      const tiles = auditTileStore(this.env.DOCUMENTS);
      const publication = {
        tiles,
        read: this.#readTile,
        leaves: (from: number, to: number) => this.#leaves(from, to),
        published: (size: number) => this.#checkpoints.published(size),
      };
      await publish(publication, this.#checkpoints.publishedSize(), await this.sign());
    } catch (error) {
      this.#log.error("audit_not_published", { error: describeError(error) });
    } finally {
      await this.ensureAlarm();
    }
  }

  /** Sees to it that what was appended gets published; a schedule calls it too, should an alarm be lost. */
  async ensureAlarm(): Promise<void> {
    if (this.#edge.size === this.#checkpoints.publishedSize()) return;
    if ((await this.ctx.storage.getAlarm()) !== null) return;
    await this.ctx.storage.setAlarm(Date.now() + CHECKPOINT_EVERY_MS);
  }

  readonly #readTile: ReadTile = (address) => this.#tiles.read(address);

  /** Appends groups of events as one transaction; if it fails, what is in memory follows what is stored. */
  #commit(groups: PreparedEvent[][]): { refused: string[] }[] {
    try {
      return this.ctx.storage.transactionSync(() => {
        const hashes: Uint8Array[] = [];
        const replies = groups.map((events) => ({
          refused: events.flatMap((event) => (this.#store(event, hashes) ? [] : [event.id])),
        }));
        for (const tile of this.#edge.append(hashes)) this.#tiles.write(tile);
        return replies;
      });
    } catch (error) {
      this.#edge = this.#readEdge();
      throw error;
    }
  }

  /** Stores an event that is new, its hash among those that the tree takes next. @returns false when it is none */
  #store({ id, leaf }: PreparedEvent, hashes: Uint8Array[]): boolean {
    const parsed = readLeaf(leaf);
    if (parsed === null || parsed.id !== id) return false;
    if (this.#events.find(id) !== null) return true;
    this.#events.insert(this.#edge.size + hashes.length, id, leaf, parsed);
    hashes.push(hashLeaf(leaf));
    return true;
  }

  #leaves(from: number, to: number): string[] {
    const leaves: string[] = [];
    while (from + leaves.length < to) {
      const next = this.#events.from(from + leaves.length, to - from - leaves.length);
      if (next.length === 0) throw new Error(`The log has lost its event ${from + leaves.length}.`);
      leaves.push(...next.map(({ leaf }) => leaf));
    }
    return leaves;
  }

  #readEdge(): TreeEdge {
    return new TreeEdge(this.#events.count(), this.#readTile);
  }

  #openSigner(): Promise<NoteSigner> {
    this.#signer ??= noteSigner(ORIGIN, settingsOf(this.env).AUDIT_SIGNING_KEY);
    return this.#signer;
  }
}
