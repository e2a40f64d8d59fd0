/** What a person sees while something long goes on: one line that changes on a terminal, a few lines anywhere else. */
export class Progress {
  readonly #name: string;
  readonly #total: number;
  readonly #started = performance.now();
  readonly #isTerminal = process.stdout.isTTY;
  #done = 0;
  #told = 0;

  readonly #isSilent: boolean;

  constructor(name: string, total: number, { isSilent = false } = {}) {
    this.#name = name;
    this.#total = total;
    this.#isSilent = isSilent;
  }

  get seconds(): number {
    return Math.round((performance.now() - this.#started) / 1000);
  }

  /** One more is done. */
  step(violations: number): void {
    this.#done += 1;
    if (this.#isSilent) return;
    const tenths = Math.floor((this.#done / this.#total) * 10);
    if (!this.#isTerminal && tenths === this.#told) return;
    this.#told = tenths;
    const line = `  ${this.#name}: ${this.#done} of ${this.#total}, violations: ${violations}, ${this.seconds} s`;
    process.stdout.write(this.#isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** Something that cannot wait until the end. */
  tell(line: string): void {
    this.pause();
    if (!this.#isSilent) console.log(`  ${line}`);
  }

  /** Makes room for other output. */
  pause(): void {
    if (this.#isTerminal && !this.#isSilent) process.stdout.write('\r\u001b[K');
  }
}
