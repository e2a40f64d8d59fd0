import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, buildSync } from 'esbuild';
import { BUNDLING, bundleFunction, ENTRY } from '../../infra/bundling.ts';
import { type Bundle, bundle } from '../sandbox/runtime/bundle.ts';

/** Everything that is run, built once into a folder of its own: what happens to the sources meanwhile changes nothing. */
export interface Workshop {
  readonly folder: string;
  /** `account-process.ts`, bundled. */
  readonly account: string;
  /** The program that plays the Lambda runtime. */
  readonly bootstrap: string;
}

/** Somebody who does the whole check. */
export interface Contestant {
  readonly name: string;
  readonly bundle: Bundle;
  readonly env?: Readonly<Record<string, string>>;
  /** Calls under way at once, by which the bound without rates is reckoned: ours for everybody, so that it is one bound. */
  readonly concurrency: number;
}

/** Esbuild's defaults for Node. */
export const NAIVE: BuildOptions = { bundle: true, platform: 'node', logLevel: 'error' };

const CONCURRENCY = /(const CONCURRENCY = )(\d+);/;

/** Builds what every measurement needs. */
export function setUp(folder: string): Workshop {
  const account = join(folder, 'account.mjs');
  const banner = { js: BUNDLING.banner ?? '' };
  buildSync({ ...NAIVE, entryPoints: [here('account-process.ts')], outfile: account, format: 'esm', banner });
  const bootstrap = join(folder, 'bootstrap.mjs');
  copyFileSync(bundle().bootstrap, bootstrap);
  return { folder, account, bootstrap };
}

/** The function as it is deployed; `auto` lets it narrow who is read in very large accounts. */
export function ours(sweep: 'auto' | 'live', { folder, bootstrap }: Workshop): Contestant {
  const path = join(folder, 'ours.mjs');
  bundleFunction(path);
  return {
    name: sweep === 'auto' ? 'ours, narrowed' : 'ours',
    bundle: measured({ path, bytes: statSync(path).size, bootstrap }),
    concurrency: ownConcurrency(),
    env: { SWEEP: sweep },
  };
}

/** The function with another number of users read at once. */
export async function oursWith(concurrency: number, { folder, bootstrap }: Workshop): Promise<Contestant> {
  const path = join(folder, `ours-${concurrency}.mjs`);
  const { target = '', mainFields = [], minify = false, banner: js = '' } = BUNDLING;
  await build({
    ...{ ...NAIVE, entryPoints: [ENTRY], outfile: path, target, mainFields, minify, format: 'esm', banner: { js } },
    plugins: [
      {
        name: 'concurrency',
        setup: ({ onLoad }) =>
          onLoad({ filter: /lambda\/gather\.ts$/ }, ({ path: source }) => {
            const contents = readFileSync(source, 'utf8').replace(CONCURRENCY, `$1${concurrency};`);
            return { contents, loader: 'ts' };
          }),
      },
    ],
  });
  return {
    name: `ours, ${concurrency} at once`,
    bundle: measured({ path, bytes: statSync(path).size, bootstrap }),
    concurrency,
    env: { SWEEP: 'live' },
  };
}

/** The plain way, bundled the plain way. */
export function plain({ folder, bootstrap }: Workshop): Contestant {
  const path = join(folder, 'plain.cjs');
  buildSync({ ...NAIVE, entryPoints: [here('plain.ts')], outfile: path });
  const bundle = measured({ path, bytes: statSync(path).size, bootstrap });
  return { name: 'plain', bundle, concurrency: ownConcurrency() };
}

/** The number in the source. @throws when it is not there any more: then `oursWith` would measure nothing */
export function ownConcurrency(): number {
  const [, , number] = CONCURRENCY.exec(readFileSync(new URL('../../lambda/gather.ts', import.meta.url), 'utf8')) ?? [];
  if (number === undefined) throw new Error('lambda/gather.ts has no line `const CONCURRENCY = …;`');
  return Number(number);
}

/** A module around the handler that logs, as its last entry, what CPU time its process used: `invoke` does not tell it. */
function measured(inner: Bundle): Bundle {
  const path = inner.path.replace(/\.[cm]js$/, '.measured.mjs');
  writeFileSync(
    path,
    `import * as inner from ${JSON.stringify(pathToFileURL(inner.path).href)};
export async function handler(event, context) {
  try { return await inner.handler(event, context); }
  finally {
    const { userCPUTime, systemCPUTime } = process.resourceUsage();
    console.debug({ cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 });
  }
}
`,
  );
  return { ...inner, path };
}

function here(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
