import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../lambda/advice/plain.ts';
import { CannotScan, EXIT } from './cannot-scan.ts';

/** Why the system refused to write, and what to do, by its error code. */
const REFUSALS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory (ENOENT): make the folder, or name another file',
  ENOTDIR: 'what should be its folder is a file (ENOTDIR): name another file',
  EISDIR: 'it is a directory (EISDIR): name a file in it',
  EACCES: 'no permission (EACCES): allow it, or name another file',
  EPERM: 'no permission (EPERM): allow it, or name another file',
  EROFS: 'nothing can be written there (EROFS): name a file elsewhere',
  ENOSPC: 'no space is left there (ENOSPC): make room, and scan again',
  EDQUOT: 'the disk quota is used up (EDQUOT): make room, and scan again',
  ENAMETOOLONG: 'the name is too long (ENAMETOOLONG): name another file',
};

/** Fails before anything is read, so that nobody waits for a result that has no place to go. @throws CannotScan */
export function requireWritable(file: string): void {
  attempt(file, () => {
    const isThere = statSync(file, { throwIfNoEntry: false });
    if (isThere?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    accessSync(isThere ? file : dirname(file), constants.W_OK);
  });
}

/** Replaces what is in the file. @throws CannotScan */
export function writeResult(file: string, text: string): void {
  attempt(file, () => writeFileSync(file, text));
}

/** Why something could not be written, and what to do about it where that is known. */
export function whyNotWritten(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // What the system says repeats the path.
  return REFUSALS[code] ?? (code === '' ? reasonOf(error) : `the system refused (${code})`);
}

function attempt(file: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new CannotScan(`${JSON.stringify(file)} cannot be written: ${whyNotWritten(cause)}`, EXIT.usage, { cause });
  }
}
