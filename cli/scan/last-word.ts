import { reasonOf } from '../../lambda/advice/plain.ts';
import { EXIT } from './cannot-scan.ts';
import { whyNotWritten } from './result-file.ts';

/** How the command ends after an error that nobody foresaw: never with 1, which says that users fail. */
export interface LastWord {
  readonly exitCode: number;
  /** Empty where nobody reads any more, as with `| head`. */
  readonly text: string;
}

/** What is left to say where standard output or standard error cannot be written. */
export function lastWordOnOutput(error: Error): LastWord {
  if ('code' in error && error.code === 'EPIPE') return { exitCode: EXIT.cutOff, text: '' };
  return toLastWord(`the result could not be written: ${whyNotWritten(error)}`);
}

/** What is left to say about an error that no part of the scan has caught. */
export function lastWordOnDefect(error: unknown): LastWord {
  return toLastWord(`the scan broke off by a defect of its own, please report it: ${reasonOf(error)}`);
}

function toLastWord(sentence: string): LastWord {
  return { exitCode: EXIT.incomplete, text: `scan: ${sentence}\n` };
}
