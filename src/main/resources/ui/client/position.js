// Where the client is: a session, an epoch, and the number of the last event that it has; PROTOCOL.md, "Numbers".

const PATIENCE_MS = 3_000; // for what is on its way

export class Position {
  #line; #session; #epoch; #last = 0; #resuming = false;

  constructor(line) { this.#line = line; }

  get session() { return this.#session; }

  /** As `hello` and `resume` say it. */
  get fields() {
    return { session_id: this.#session, ...(this.#epoch && { epoch: this.#epoch, last_seq: this.#last }) };
  }

  enter(session) {
    this.#session = session;
    this.move();
  }

  move(epoch = undefined, seq = 0) {
    this.#epoch = epoch;
    this.#last = seq;
  }

  has(seq) { return seq <= this.#last; }
  misses(from) { return from > this.#last + 1; }
  reach(seq) { this.#last = seq; }
  isBehind({ epoch, seq }) { return epoch !== this.#epoch || !this.has(seq); }

  /** Who is behind, and stays so, asks for the rest; once, until that was answered. */
  compare(f) {
    if (!Number.isInteger(f.seq) || !this.isBehind(f)) return;
    this.#line.after('current', PATIENCE_MS, () => {
      if (this.isBehind(f) && !this.#resuming) this.#resuming = this.#line.tell({ type: 'resume', ...this.fields });
    });
  }

  answered() { this.#resuming = false; }
}
