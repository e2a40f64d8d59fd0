import { parseArgs } from 'node:util';
import { DAYS } from './days.ts';
import { type PlayedDay, play, setStage } from './play.ts';
import { dayText, recapText } from './print.ts';
import type { View } from './print-run.ts';
import { serve } from './serve.ts';
import { paintFor } from './terminal.ts';

const HELP = `Plays ${DAYS.length} days of the access-key check in an AWS account inside this process.
The function is the one that is deployed. Nothing leaves this machine, and no
AWS credentials are used.

npm start                  play the days; exit code 0 if all went as expected
npm start -- --full        and print long mails to the end, on every day
npm start -- --serve       and keep the account up for the AWS CLI afterwards
npm start -- --help        print this
`;

process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads has seen enough, as with `| head`.
  if (error.code === 'EPIPE') process.exit(1);
  throw error;
});

const options = optionsFrom(process.argv.slice(2));
if (options === undefined) process.exitCode = 2;
else if (options.help) process.stdout.write(HELP);
else await main(options);

async function main({ full = false, serve: staysUp = false }: { full?: boolean; serve?: boolean }): Promise<void> {
  const view: View = { paint: paintFor(process.stdout), full };
  const stage = await setStage({ playground: staysUp });
  try {
    process.stdout.write(introduction(stage.bundle.bytes));
    const played: PlayedDay[] = [];
    for await (const day of play(stage, DAYS)) {
      played.push(day);
      process.stdout.write(dayText(day, view));
    }
    process.stdout.write(`\n${recapText(played, view)}`);
    if (played.some(({ differences }) => differences.length > 0)) process.exitCode = 1;
    if (staysUp) await serve(stage, view);
  } finally {
    await stage.sandbox.close();
  }
}

function introduction(bytes: number): string {
  return `The access-key check (AWS-IAM-009), ${DAYS.length} days of it.
The function is bundled as it is deployed (${Math.round(bytes / 1000)} KB). Each run is a process of its
own and talks over HTTP to an AWS account inside this one. Nothing leaves this
machine.
`;
}

function optionsFrom(args: string[]) {
  try {
    const options = { help: { type: 'boolean' }, full: { type: 'boolean' }, serve: { type: 'boolean' } } as const;
    return parseArgs({ args, options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return undefined;
  }
}
