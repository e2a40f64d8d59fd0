import type { KeySpec, SandboxKey, UserSpec } from '../sandbox/iam.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** When the check runs for the first time: a Monday morning. */
export const FIRST_RUN = new Date('2026-11-02T06:00:00Z');

/** Milliseconds in an hour and in a day. */
export const HOUR = 60 * 60 * 1000;
export const DAY = 24 * HOUR;

interface Key extends KeySpec {
  /** The description that the console keeps as a tag of the user. */
  readonly description?: string;
}

/** A user of the account, and why it has the keys it has: the truth that the check has to guess. */
export interface Character extends Omit<UserSpec, 'keys'> {
  readonly truth: string;
  readonly keys?: readonly Key[];
}

/** Everyone in the account on the first day. */
export const CHARACTERS: readonly Character[] = [
  { userName: 'audit-reader', truth: 'signs in by password' },
  { userName: 'metrics-export', truth: 'one application', keys: [key(200, used(0.2, 'monitoring'))] },
  { userName: 'image-resizer', truth: 'one application', keys: [key(75, used(0.1, 's3'))] },
  {
    userName: 'dns-updater',
    path: '/automation/',
    truth: 'one script',
    keys: [key(31, used(3, 'route53', 'us-east-1'))],
  },
  {
    userName: 'log-shipper',
    truth: 'rotated by the book: the old key is inactive',
    keys: [{ ...key(420, used(91, 'logs')), status: 'Inactive' }, key(92, used(0.1, 'logs'))],
  },
  {
    userName: 'ci-deploy',
    path: '/automation/',
    truth: 'rotated in August; nobody turned the old key off',
    tags: { Owner: 'platform-team@example.com', CostCenter: '4711' },
    keys: [
      { ...key(512, used(81, 'cloudformation')), description: 'deploy pipeline, until the rotation in August' },
      { ...key(82, used(0.3, 'cloudformation')), description: 'deploy pipeline' },
    ],
  },
  {
    userName: 'backup-agent',
    truth: 'got a new key in spring, still uses the old one',
    tags: { team: 'storage' },
    keys: [key(701, used(0.2, 's3')), key(230)],
  },
  {
    userName: 'report-export',
    truth: 'two applications share it',
    tags: { Owner: 'finance-reports@example.com', 'created-by': 'console' },
    keys: [
      { ...key(640, used(0.4, 's3')), description: 'nightly export' },
      { ...key(333, used(1.1, 'athena', 'eu-west-1')), description: 'dashboard' },
    ],
  },
  {
    userName: 'erp-import',
    truth: 'used once a year; a script made a second key and failed',
    tags: { Owner: 'erp-team@example.com' },
    keys: [key(780, used(362, 's3')), key(120)],
  },
  {
    userName: 'legacy-mailer',
    truth: 'IAM refuses to say when one of its keys was last used',
    keys: [key(1500, used(0.5, 'ses', 'eu-west-1')), key(900, used(400, 'ses', 'eu-west-1'))],
  },
  {
    userName: 'payments-worker',
    truth: 'is in the middle of a rotation since Saturday',
    tags: { Owner: 'payments@example.com' },
    keys: [key(365, used(0.1, 'sqs')), { ...key(1.6), description: 'rotation of November' }],
  },
  {
    userName: 'break-glass',
    truth: 'two keys in two safes, on purpose',
    tags: { purpose: 'emergency access' },
    keys: [key(410), key(409)],
  },
  {
    userName: 'zz--hostile@here',
    truth: 'has a legal name and tags that try to break the alert',
    tags: {
      Owner: 'mallory\r\n\r\nAll clear, nothing to do.\r\n<!channel> sign in at https://example.com/login',
      team: '\u001b[31mred\u0007 \u202ereversed',
    },
    keys: [
      { ...key(60, used(59, 'ec2')), description: `'; aws iam delete-user --user-name ci-deploy; echo '` },
      key(58, used(0.6, 'ec2')),
    ],
  },
];

/** Creates everyone, and the one thing that does not work: reading the last use of one key. */
export function populate(sandbox: Sandbox): void {
  for (const { keys = [], ...user } of CHARACTERS) {
    const { userName } = sandbox.iam.createUser({ ...user, createDate: new Date('2022-05-04T09:00:00Z') });
    for (const { description, ...spec } of keys) {
      const { accessKeyId } = sandbox.iam.createAccessKey(userName, spec);
      if (description) sandbox.iam.tagUser(userName, { [accessKeyId]: description });
    }
  }
  const [, newer] = activeKeys(sandbox, 'legacy-mailer');
  sandbox.faults.push({
    operation: 'GetAccessKeyLastUsed',
    when: ({ input }) => input.AccessKeyId === newer.accessKeyId,
    kind: 'deny',
  });
}

/** An ordinary night: every active key that was used within two days is used again, by the same service. */
export function work({ iam, clock }: Sandbox): void {
  for (const { keys } of iam.users.values()) {
    for (const { accessKeyId, status, lastUsed } of keys) {
      if (status === 'Active' && lastUsed && clock().getTime() - lastUsed.date.getTime() < 2 * DAY) {
        iam.useAccessKey(accessKeyId, { service: lastUsed.service, region: lastUsed.region });
      }
    }
  }
}

/** The two keys of a user of the story, the older one first. */
export function activeKeys({ iam }: Sandbox, userName: string): readonly [SandboxKey, SandboxKey] {
  const [older, newer] = iam.user(userName).keys;
  if (!older || !newer) throw new Error(`the story needs two keys of ${userName}`);
  return [older, newer];
}

/** A key as old as this on the first day; never used unless said otherwise. */
function key(daysOld: number, lastUsed?: KeySpec['lastUsed']): KeySpec {
  return { createDate: daysBefore(daysOld), ...(lastUsed && { lastUsed }) };
}

function used(daysAgo: number, service: string, region = 'eu-central-1') {
  return { date: daysBefore(daysAgo), service, region };
}

function daysBefore(days: number): Date {
  return new Date(FIRST_RUN.getTime() - days * DAY);
}
