/** Reads a line from left to right, by patterns that match where it stands. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.position === this.text.length;
  }

  get rest(): string {
    return this.text.slice(this.position);
  }

  /** What a sticky pattern matches here, its groups included, and moves past it. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text);
    if (match !== null) this.position = pattern.lastIndex;
    return match;
  }
}
