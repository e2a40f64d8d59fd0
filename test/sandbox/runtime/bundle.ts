import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleFunction } from '../../../infra/bundling.ts';

/** A function ready to be invoked. */
export interface Bundle {
  /** The ES module that exports `handler`. */
  readonly path: string;
  readonly bytes: number;
  /** The program that plays the Lambda runtime in the child process. */
  readonly bootstrap: string;
}

const FOLDER = fileURLToPath(new URL('../../../.build/', import.meta.url));
const BOOTSTRAP = fileURLToPath(new URL('bootstrap.ts', import.meta.url));

/** Bundles the function as it is deployed, and the runtime that calls it, into `.build/`. */
export function bundle(): Bundle {
  mkdirSync(FOLDER, { recursive: true });
  const path = build('function.mjs', bundleFunction);
  const bootstrap = build('bootstrap.mjs', (outfile) => {
    buildSync({ entryPoints: [BOOTSTRAP], outfile, platform: 'node', target: 'node20' });
  });
  return { path, bytes: statSync(path).size, bootstrap };
}

/** Writes beside and renames, so that processes that bundle at the same time never read half a file. */
function build(name: string, write: (outfile: string) => void): string {
  const path = join(FOLDER, name);
  const unfinished = join(FOLDER, `${process.pid}-${name}`);
  write(unfinished);
  renameSync(unfinished, path);
  return path;
}
