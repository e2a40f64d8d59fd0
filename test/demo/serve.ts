import { createInterface } from 'node:readline';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { DAYS, SETTINGS } from './days.ts';
import { runInTheMorning, type Stage } from './play.ts';
import { laterDayText } from './print.ts';
import type { View } from './print-run.ts';

const PROMPT = 'Enter plays the next day, Ctrl-C ends.\n';

/** Keeps the account up until Ctrl-C, and plays one more day whenever Enter is pressed. */
export async function serve(stage: Stage, view: View): Promise<void> {
  process.stdout.write(instructions(stage.sandbox));
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const input = createInterface({ input: process.stdin });
  if (process.stdin.isTTY) input.once('close', stop);

  let day = DAYS.length;
  let played = Promise.resolve();
  input.on('line', () => {
    played = played.then(async () => {
      day += 1;
      process.stdout.write(`${laterDayText(day, await runInTheMorning(stage, day), view)}\n${PROMPT}`);
    });
  });
  await new Promise((resolve) => stopped.signal.addEventListener('abort', resolve));
  input.close();
  await played;
}

function instructions(sandbox: Sandbox): string {
  return `
The account stays up at ${sandbox.endpoint}
Point the AWS CLI at it in another terminal:

unset AWS_PROFILE
${Object.entries(sandbox.env)
  .map(([name, value]) => `export ${name}=${value}`)
  .join('\n')}

Then look around, and do what an alert says or make another second key. A key
younger than ${SETTINGS.ROTATION_GRACE_DAYS} days counts as a rotation: it is recorded, but not told yet.

${[
  "aws iam list-users --query='Users[].UserName'",
  ...advisedCommands(sandbox),
  'aws iam create-access-key --user-name=image-resizer',
  "aws securityhub get-findings --query='Findings[].[Title,RecordState,Workflow.Status]'",
  ...suppression(sandbox),
].join('\n')}

${PROMPT}`;
}

/** How the security team silences one user. */
function suppression({ securityHub }: Sandbox): readonly string[] {
  const finding = [...securityHub.findings.values()].find(({ RecordState }) => RecordState === 'ACTIVE');
  const identifier = `Id=${finding?.Id},ProductArn=${securityHub.productArn}`;
  return finding
    ? [`aws securityhub batch-update-findings --workflow=Status=SUPPRESSED --finding-identifiers=${identifier}`]
    : [];
}

/** What the open findings of the clearest kind advise. */
function advisedCommands({ securityHub }: Sandbox): readonly string[] {
  const fields = [...securityHub.findings.values()]
    .filter(({ RecordState }) => RecordState === 'ACTIVE')
    .map(({ ProductFields = {} }) => ProductFields)
    .filter((field) => field['aws-iam-009/diagnosis'] === 'rotation-not-finished');
  return fields.flatMap((field) => field['aws-iam-009/deactivate']?.split('\n') ?? []).toSorted();
}
