import type { Bundle } from '../sandbox/runtime/bundle.ts';
import { type Invocation, invoke, type Outcome } from '../sandbox/runtime/invoke.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** Something in the function's environment that nobody may ever see. */
export const SECRET = 'a-secret-of-the-environment';

const DAY = 24 * 60 * 60 * 1000;

/** Runs the deployed function, in a process of its own. */
export async function check(
  deployed: Bundle,
  sandbox: Sandbox,
  { env = {}, ...invocation }: Partial<Invocation> = {},
): Promise<Outcome> {
  return invoke(deployed, {
    functionArn: sandbox.functionArn,
    ...invocation,
    env: {
      ...sandbox.env,
      AWS_SECRET_ACCESS_KEY: 'sandbox-secret',
      ALERT_TOPIC_ARN: sandbox.sns.topicArn,
      SOME_TOKEN: SECRET,
      ...env,
    },
  });
}

/** A user with an idle older key and a newer one in use. */
export function addFailing(
  { iam }: Sandbox,
  userName: string,
  { path = '/', tags = {}, service = 's3' }: { path?: string; tags?: Record<string, string>; service?: string } = {},
): void {
  const at = (days: number) => new Date(Date.now() - days * DAY);
  const { keys } = iam.createUser({
    userName,
    path,
    tags,
    keys: [
      { createDate: at(400) },
      { createDate: at(100), lastUsed: { date: at(1), service, region: `${service} region`.slice(0, 60) } },
    ],
  });
  const [older] = keys;
  if (older && Object.keys(tags).length > 0) {
    iam.tagUser(userName, { [older.accessKeyId]: Object.values(tags).join('') });
  }
}
