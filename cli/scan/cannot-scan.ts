/** How the command ends, for the program that started it. */
export const EXIT = { clean: 0, findings: 1, incomplete: 2, usage: 3, cutOff: 141 } as const;

/** Why nothing could be scanned: one sentence that says what happened and what to do, without a full stop. */
export class CannotScan extends Error {
  override readonly name = 'CannotScan';
  readonly exitCode: 2 | 3;
  /** What is printed below the sentence, such as a policy to attach; whole lines. */
  readonly detail: string;
  constructor(sentence: string, exitCode: 2 | 3, options: ErrorOptions & { readonly detail?: string } = {}) {
    super(sentence, options);
    this.exitCode = exitCode;
    this.detail = options.detail ?? '';
  }
}
