import { Heard } from "./heard.ts";
import { eventJson, type LiveEvent, seriesKey } from "./live-event.ts";
import { metricNameOf, SelectorIndex } from "./selector-index.ts";
import { type Subject, subjectKey } from "./subject.ts";

/** Selectors that do not name a metric are compared with every series: a hub takes but so many. */
const MAX_SUBJECTS = 1_000;
const MAX_UNNAMED = 100;
/** What nobody listens to any more is heard for so long, for those who come back. */
const LINGER_MS = 60_000;

/** A subject more than a hub can hear. */
export class SubjectLimitError extends Error {
  override readonly name = "SubjectLimitError";
}

/** All that is listened to in one hub. */
export class HeardSubjects {
  readonly #byKey = new Map<string, Heard>();
  readonly #index = new SelectorIndex<Heard>();

  [Symbol.iterator](): Iterator<Heard> {
    return this.#byKey.values();
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** @throws SubjectLimitError, PromqlSyntaxError */
  open(subject: Subject, now: number): Heard {
    const known = this.#byKey.get(subjectKey(subject));
    if (known !== undefined) return known;
    const heard = new Heard(subject, now);
    this.#makeRoom(heard);
    this.#byKey.set(subjectKey(subject), heard);
    if (subject.topic === "metrics") heard.entry = this.#index.add(heard.matchers, heard);
    return heard;
  }

  /** Forgets what nobody has listened to for long. @returns whether there was any */
  expire(now: number): boolean {
    const idle = [...this].filter(({ idleSince }) => idleSince !== null && now - idleSince > LINGER_MS);
    for (const heard of idle) this.#drop(heard);
    return idle.length > 0;
  }

  /** The events that concern somebody, as JSON, by what they concern. */
  write(events: readonly LiveEvent[]): { concerned: LiveEvent[]; written: Map<Heard, string[]> } {
    const written = new Map<Heard, string[]>();
    const concerned = events.filter((event) => {
      const targets = this.#targetsOf(event);
      if (targets.length === 0) return false;
      const json = eventJson(event);
      for (const heard of targets) {
        const texts = written.get(heard);
        if (texts === undefined) written.set(heard, [json]);
        else texts.push(json);
      }
      return true;
    });
    return { concerned, written };
  }

  #targetsOf(event: LiveEvent): readonly Heard[] {
    if (event.topic !== "metrics") {
      const heard = this.#byKey.get(subjectKey({ topic: event.topic, selector: null }));
      return heard === undefined ? [] : [heard];
    }
    return this.#index.select(seriesKey(event.labels), () => event.labels).targets;
  }

  #makeRoom(wanted: Heard): void {
    const isUnnamed = ({ subject, matchers }: Heard) =>
      subject.topic === "metrics" && metricNameOf(matchers) === null;
    const unnamed = isUnnamed(wanted) ? [...this].filter(isUnnamed) : [];
    const rivals = unnamed.length >= MAX_UNNAMED ? unnamed : this.size >= MAX_SUBJECTS ? [...this] : null;
    if (rivals === null) return;
    const idle = rivals.find(({ idleSince, since }) => idleSince !== null && since !== null);
    if (idle === undefined) throw new SubjectLimitError(unnamed.length >= MAX_UNNAMED ? UNNAMED : FULL);
    this.#drop(idle);
  }

  #drop(heard: Heard): void {
    this.#byKey.delete(subjectKey(heard.subject));
    if (heard.entry !== null) this.#index.remove(heard.entry);
  }
}

const UNNAMED = 'Too many selectors that name no metric are listened to: name one, as in up{job="api"}.';
const FULL = "Too many different selectors are listened to at the moment.";
