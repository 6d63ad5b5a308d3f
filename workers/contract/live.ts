import { z } from "zod";

/** What the live feed tells of. `ingestion` and `queries` are for those who may look after the whole service. */
export const LIVE_TOPICS = ["metrics", "alerts", "ingestion", "queries"] as const;
export const LiveTopic = z.enum(LIVE_TOPICS);
export type LiveTopic = z.infer<typeof LiveTopic>;

/** A place in a feed: everything up to this frame was received. */
const Place = z.strictObject({ feed: z.string().max(64), sequence: z.int().nonnegative() });

const SubscriptionId = z.string().min(1).max(64).describe("Chosen by the client, unique among its own");

/** What a client may send. Besides these, the text `ping` is answered with `pong`. */
export const ClientFrame = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("subscribe"),
      id: SubscriptionId,
      topic: LiveTopic,
      selector: z.string().max(4096).optional().describe("For `metrics`: a PromQL selector of the series"),
      after: Place.optional().describe("What came after this place is sent again first"),
    }),
    z.strictObject({ type: z.literal("unsubscribe"), id: SubscriptionId }),
    z.strictObject({ type: z.literal("acknowledge"), sequence: z.int().nonnegative() }),
  ])
  .meta({ id: "LiveClientFrame" });
export type ClientFrame = z.infer<typeof ClientFrame>;
export type SubscribeFrame = Extract<ClientFrame, { type: "subscribe" }>;

/** A new sample of a series that is subscribed to. Histograms are not told. */
const SampleEvent = z.object({
  labels: z.record(z.string(), z.string()),
  time: z.int().describe("Milliseconds since 1970"),
  value: z
    .string()
    .nullable()
    .describe("As Prometheus writes it: NaN and +Inf are no JSON numbers. Null when the series has ended"),
});
/** Anything else that happened. */
const TopicEvent = z.object({ time: z.int(), data: z.record(z.string(), z.unknown()) });

/** Why some events never came. */
export const GapReason = z
  .enum(["slow", "forgotten", "lost"])
  .describe(
    "`slow`: the client did not keep up. `forgotten`: the feed does not know any more. `lost`: too much at once, or a part of the service ended before its time",
  );
export type GapReason = z.infer<typeof GapReason>;

/** Why the server closes a socket. */
export const GoodbyeReason = z.enum(["expired", "revoked", "slow", "too_many_frames"]);
export type GoodbyeReason = z.infer<typeof GoodbyeReason>;

/** What the server sends. */
export const ServerFrame = z
  .discriminatedUnion("type", [
    z.object({
      type: z.literal("welcome"),
      feed: z.string(),
      sequence: z.int(),
      expires_at: z.iso.datetime().describe("When the server closes the socket"),
    }),
    z.object({
      type: z.literal("subscribed"),
      id: z.string(),
      sequence: z.int().describe("Whatever happens after it is told"),
    }),
    z.object({ type: z.literal("unsubscribed"), id: z.string() }),
    z.object({
      type: z.literal("events"),
      id: z.string().describe("Of the subscription"),
      sequence: z.int(),
      acknowledge: z
        .literal(true)
        .optional()
        .describe("The server waits for an acknowledgement of this frame"),
      events: z.array(z.union([SampleEvent, TopicEvent])),
    }),
    z.object({
      type: z.literal("gap"),
      id: z.string(),
      reason: GapReason,
      sequence: z
        .int()
        .describe(
          "What comes after it is complete; a frame of this very sequence brings the newest sample of each series",
        ),
    }),
    z.object({ type: z.literal("error"), id: z.string().optional(), code: z.string(), detail: z.string() }),
    z.object({ type: z.literal("goodbye"), reason: GoodbyeReason }),
  ])
  .meta({ id: "LiveServerFrame" });
export type ServerFrame = z.infer<typeof ServerFrame>;
