import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, buildSync } from 'esbuild';
import { bundleFunction, ENTRY } from '../../infra/bundling.ts';
import { median } from './comparison.ts';
import { NAIVE, type Workshop } from './contestants.ts';
import type { Readiness } from './ready.ts';
import type { Column } from './table.ts';

/** What it takes to get one bundle ready. */
export interface ColdStart extends Readiness {
  readonly name: string;
  readonly bytes: number;
  /** Of the naive bundle's. */
  readonly ofNaive: { readonly bytes: number; readonly ms: number; readonly cpuMs: number };
}

interface Program {
  readonly name: string;
  readonly path: string;
}

const PLAIN = fileURLToPath(new URL('plain.ts', import.meta.url));
const NAIVE_NAME = 'naive: same source, esbuild defaults';

/** Starts every bundle `times` times, each in a fresh process and in turn, so that a slow moment hits all alike. */
export async function coldStarts(workshop: Workshop, times: number): Promise<readonly ColdStart[]> {
  const loader = join(workshop.folder, 'ready.mjs');
  buildSync({ entryPoints: [fileURLToPath(new URL('ready.ts', import.meta.url))], outfile: loader, logLevel: 'error' });
  const programs = build(workshop.folder);
  const seen = new Map<string, Readiness[]>(programs.map(({ name }) => [name, []]));
  for (let i = 0; i < times; i++) {
    for (const { name, path } of programs) seen.get(name)?.push(await start(loader, path));
  }
  const figures = programs.map(({ name, path }) => {
    const middle = (figure: keyof Readiness) => median((seen.get(name) ?? []).map((each) => each[figure]));
    return { name, bytes: statSync(path).size, ms: middle('ms'), loadMs: middle('loadMs'), cpuMs: middle('cpuMs') };
  });
  const naive = figures.find(({ name }) => name === NAIVE_NAME);
  const of = (figure: 'bytes' | 'ms' | 'cpuMs', own: number) => own / (naive?.[figure] ?? Number.NaN);
  return figures.map((each) => ({
    ...each,
    ofNaive: { bytes: of('bytes', each.bytes), ms: of('ms', each.ms), cpuMs: of('cpuMs', each.cpuMs) },
  }));
}

export const COLD_START_COLUMNS: readonly Column<ColdStart>[] = [
  { heading: 'bundle', cell: ({ name }) => name, isText: true },
  { heading: 'bytes', cell: ({ bytes }) => bytes.toLocaleString('en') },
  { heading: 'of naive', cell: ({ ofNaive }) => ofNaive.bytes.toFixed(2) },
  { heading: 'ms to ready', cell: ({ ms }) => ms.toFixed(0) },
  { heading: 'of naive', cell: ({ ofNaive }) => ofNaive.ms.toFixed(2) },
  { heading: 'CPU ms', cell: ({ cpuMs }) => cpuMs.toFixed(0) },
  { heading: 'of naive', cell: ({ ofNaive }) => ofNaive.cpuMs.toFixed(2) },
  { heading: 'of it, ms for the module', cell: ({ loadMs }) => loadMs.toFixed(0) },
];

function build(folder: string): readonly Program[] {
  const bundled = (name: string, file: string, options: BuildOptions): Program => {
    const path = join(folder, file);
    buildSync({ ...NAIVE, ...options, outfile: path });
    return { name, path };
  };
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => {};\n');
  const ours = join(folder, 'cold.mjs');
  bundleFunction(ours);
  const entryPoints = [ENTRY];
  return [
    { name: 'an empty handler', path: empty },
    { name: 'ours, as deployed', path: ours },
    bundled(NAIVE_NAME, 'naive.cjs', { entryPoints }),
    bundled('the naive one, minified', 'naive-minified.cjs', { entryPoints, minify: true }),
    bundled('the plain way, whole clients', 'whole.cjs', { entryPoints: [PLAIN] }),
    bundled('the plain way, minified', 'whole-minified.cjs', { entryPoints: [PLAIN], minify: true }),
  ];
}

async function start(loader: string, path: string): Promise<Readiness> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', loader, path], { env: {} });
  return JSON.parse(stdout);
}
