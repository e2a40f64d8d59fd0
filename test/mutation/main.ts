import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HELP = `Makes small mistakes in lambda/, one at a time, and shows which of them no test notices.

  npm run mutation               check, advice, findings and alerts: about ten minutes
  npm run mutation -- check      only some of these folders

Each folder's mistakes are tried against the tests of the same folder. Exit code 1 if something else than a mistake
went wrong; what survived is explained in docs/mutation.md.`;

const FOLDERS = ['check', 'advice', 'findings', 'alerts'];
const CONFIG = 'test/mutation/stryker.config.json';
const REPORT = 'coverage/mutation.json';
const STRYKER = fileURLToPath(new URL('../../node_modules/@stryker-mutator/core/bin/stryker.js', import.meta.url));

process.exitCode = main(process.argv.slice(2));

function main(asked: readonly string[]): number {
  if (asked.some((folder) => !FOLDERS.includes(folder))) {
    console.log(HELP);
    return asked.includes('--help') ? 0 : 1;
  }
  const rows: string[] = [];
  for (const folder of asked.length > 0 ? asked : FOLDERS) {
    const { status } = spawnSync(process.execPath, [STRYKER, 'run', CONFIG, '--mutate', `lambda/${folder}/**/*.ts`], {
      env: { ...process.env, MUTATED: folder },
      stdio: 'inherit',
    });
    if (status !== 0) return 1;
    rows.push(...rowsOf(JSON.parse(readFileSync(REPORT, 'utf8'))));
  }
  console.log(['| file | mistakes | noticed | survived |', '| --- | --: | --: | --: |', ...rows].join('\n'));
  return 0;
}

/** What this needs of https://github.com/stryker-mutator/mutation-testing-elements, the schema of the report. */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

/** A row of the table for each file: an endless loop counts as noticed, a mistake no test reaches as survived. */
function rowsOf({ files }: Report): string[] {
  return Object.entries(files).map(([file, { mutants }]) => {
    const count = (...statuses: string[]) => mutants.filter(({ status }) => statuses.includes(status)).length;
    const [noticed, survived] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
    return `| ${file} | ${noticed + survived} | ${noticed} | ${survived} |`;
  });
}
