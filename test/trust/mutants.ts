import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ENTRY } from '../../infra/bundling.ts';

/** A mistake that the laws have to notice: one text of one file, replaced by another. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly replaces: string;
  readonly by: string;
  /** What notices it; some mistakes show in the long run only. */
  readonly caughtBy: 'sweep' | 'histories';
}

/** Mistakes of the kind that lose alerts, repeat them, or record what is not true. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'what was told is recorded although publishing failed',
    file: 'run-check.ts',
    replaces: 'const published = items.length > 0 && unpublished === undefined;',
    by: 'const published = items.length > 0;',
    caughtBy: 'sweep',
  },
  {
    name: 'findings are recorded as told before the alert is published',
    file: 'run-check.ts',
    replaces: 'const unpublished =',
    by: 'if (recording) await ports.findings.importAll(actions.map((action) => toFinding(action, config, items.length > 0, now)));\n  const unpublished =',
    caughtBy: 'sweep',
  },
  {
    name: 'a user who cannot be read passes',
    file: 'check/evaluate.ts',
    replaces: "return { status: 'NOT_AVAILABLE', user, reason: keys.unreadable };",
    by: "return { status: 'PASSED', user };",
    caughtBy: 'sweep',
  },
  {
    name: 'a list that breaks off is the whole list',
    file: 'inventory/iam.ts',
    replaces: 'const page = await read(marker);',
    by: 'const page = await read(marker).catch((error) => { if (items.length === 0) throw error; return { items: [] } as Page<T>; });',
    caughtBy: 'sweep',
  },
  {
    name: 'findings that cannot be read are none',
    file: 'gather.ts',
    replaces: 'unrecorded: reasonOf(error) };',
    by: 'unrecorded: undefined };',
    caughtBy: 'sweep',
  },
  {
    name: 'refused findings are nobody’s business',
    file: 'findings/security-hub.ts',
    replaces: 'return all(reasonOf(error));',
    by: 'return [];',
    caughtBy: 'sweep',
  },
  {
    name: 'nothing is retried',
    file: 'handler.ts',
    replaces: 'maxAttempts: 10,',
    by: 'maxAttempts: 1,',
    caughtBy: 'sweep',
  },
  {
    name: 'an unknown last use is none',
    file: 'inventory/iam.ts',
    replaces: "return { kind: 'unknown', reason: reasonOf(error) };",
    by: "return { kind: 'never' };",
    caughtBy: 'sweep',
  },
  {
    name: 'a failed publish does not fail the run',
    file: 'run-check.ts',
    replaces: '...(unpublished === undefined ?',
    by: '...(unpublished !== undefined || unpublished === undefined ?',
    caughtBy: 'sweep',
  },
  {
    name: 'CreatedAt is rewritten on each run',
    file: 'findings/asff.ts',
    replaces: 'const createdAt = stored?.createdAt ?? updatedAt;',
    by: 'const createdAt = updatedAt;',
    caughtBy: 'sweep',
  },
  {
    name: 'the alert goes out before anything is known about what was told',
    file: 'check/reconcile.ts',
    replaces: "return reminderDays > 0 && now.getTime() >= due ? 'still-open' : undefined;",
    by: "return 'still-open';",
    caughtBy: 'sweep',
  },
  {
    name: 'suppressed findings are alerted when their keys change',
    file: 'check/reconcile.ts',
    replaces: "const held = stored?.workflow === 'SUPPRESSED' ||",
    by: "const held = (stored?.workflow === 'SUPPRESSED' && stored.told?.activeKeyIds.length === failing.keys.length) ||",
    caughtBy: 'histories',
  },
  {
    name: 'NOTIFIED does not stop reminders',
    file: 'check/reconcile.ts',
    replaces: "const reminders = stored?.workflow === 'NOTIFIED' ? 0 : reminderDays;",
    by: 'const reminders = reminderDays;',
    caughtBy: 'histories',
  },
  {
    name: 'a relapse whose resolution was never told is no news',
    file: 'check/reconcile.ts',
    replaces: 'const relapsed = stored !== undefined && !isOpen(stored);',
    by: 'const relapsed = false;',
    caughtBy: 'histories',
  },
  {
    name: 'a resolution that could not be published is forgotten',
    file: 'check/reconcile.ts',
    replaces: "if (stored.recordState === 'ARCHIVED' && !untold) return [];",
    by: "if (stored.recordState === 'ARCHIVED') return [];",
    caughtBy: 'sweep',
  },
  {
    name: 'an update may be older than what is stored',
    file: 'findings/asff.ts',
    replaces: 'Math.max(now.getTime(), stored === undefined ? 0 : Date.parse(stored) + 1)',
    by: 'stored === undefined ? now.getTime() : now.getTime()',
    caughtBy: 'histories',
  },
  {
    name: 'a finding belongs to a name, not to a user',
    file: 'check/reconcile.ts',
    replaces: 'const existing = new Set(inspections.map(({ user }) => user.userId));',
    by: 'const existing = new Set([...inspections.map(({ user }) => user.userId), ...findings.filter((f) => inspections.some(({ user }) => user.userName === f.userName)).map(({ userId }) => userId)]);',
    caughtBy: 'histories',
  },
  {
    name: 'a deleted user with a suppressed finding is never resolved',
    file: 'check/reconcile.ts',
    replaces: ".flatMap((finding) => onPassed(finding, 'user deleted'",
    by: ".filter(({ workflow }) => workflow !== 'SUPPRESSED').flatMap((finding) => onPassed(finding, 'user deleted'",
    caughtBy: 'histories',
  },
];

const LAMBDA = fileURLToPath(new URL('../../lambda/', import.meta.url));
const FOLDER = fileURLToPath(new URL(`../../.build/mutants-${process.pid}/`, import.meta.url));

/** Bundles the function with the mistake in it. @throws Error if the text to replace is not there any more */
export async function bundleMutant({ file, replaces, by }: Mutant, name: string): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const outfile = join(FOLDER, `${name}.mjs`);
  const plugin: Plugin = {
    name: 'mutant',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path !== join(LAMBDA, file)) return undefined;
        const contents = readFileSync(path, 'utf8');
        if (!contents.includes(replaces)) throw new Error(`lambda/${file} has no ${JSON.stringify(replaces)} any more`);
        return { contents: contents.replace(replaces, () => by), loader: 'ts' };
      });
    },
  };
  const banner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";
  const options = { platform: 'node', target: 'node20', format: 'esm', bundle: true, logLevel: 'silent' } as const;
  await build({ ...options, entryPoints: [ENTRY], outfile, plugins: [plugin], banner: { js: banner } });
  return outfile;
}

/** Removes the bundles again. */
export function removeMutants(): void {
  rmSync(FOLDER, { recursive: true, force: true });
}
