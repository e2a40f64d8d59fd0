/* Loads a module the way Lambda does and prints how long it took until its handler could be called. */

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Milliseconds since the process began, of which `loadMs` for the module alone; and the CPU time used until then. */
export interface Readiness {
  readonly ms: number;
  readonly loadMs: number;
  readonly cpuMs: number;
}

const path = process.argv[2] ?? '';
const began = performance.now();
const module = path.endsWith('.cjs') ? createRequire(import.meta.url)(path) : await import(pathToFileURL(path).href);
if (typeof module.handler !== 'function') throw new Error(`${path} has no handler`);
const ms = performance.now();
const { userCPUTime, systemCPUTime } = process.resourceUsage();
const readiness: Readiness = { ms, loadMs: ms - began, cpuMs: (userCPUTime + systemCPUTime) / 1000 };
process.stdout.write(JSON.stringify(readiness));
