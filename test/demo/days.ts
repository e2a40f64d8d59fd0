import type { WorkflowStatus } from '@aws-sdk/client-securityhub';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { activeKeys, CHARACTERS } from './account.ts';

/** One day of the story: what happens in the account on the day before, and what the check should make of it in the morning. */
export interface Day {
  readonly title: string;
  readonly happened: readonly string[];
  readonly act?: (sandbox: Sandbox) => void;
  readonly expected: Expectation;
}

/** What a day has to end with. */
export interface Expectation {
  /** The users told in an alert, by the kind of news as the machine-readable alert names it; none for silence. */
  readonly told: Readonly<Record<string, readonly string[]>>;
  /** Findings held by Security Hub in the end. */
  readonly open: number;
  readonly archived: number;
  /** What the error says; undefined if the run has to succeed. */
  readonly failure?: string;
}

/** The settings under which the story plays; all others have their defaults. */
export const SETTINGS = { ROTATION_GRACE_DAYS: '7' } as const;

export const DAYS: readonly Day[] = [
  {
    title: 'the first run',
    happened: [
      `${CHARACTERS.length} users. Why each has the keys it has, which the check can only guess:`,
      ...CHARACTERS.map(({ userName, keys = [], truth }) => `- ${userName} (${counted(keys.length)}): ${truth}`),
    ],
    expected: {
      told: {
        new: [
          'backup-agent',
          'break-glass',
          'ci-deploy',
          'erp-import',
          'legacy-mailer',
          'report-export',
          'zz--hostile@here',
        ],
      },
      open: 8,
      archived: 0,
    },
  },
  {
    title: 'a quiet day',
    happened: ['Nothing. Every application went on using its key.'],
    expected: { told: {}, open: 8, archived: 0 },
  },
  {
    title: 'a fix',
    happened: [
      'The owner of erp-import turned its older key off, as the alert advised.',
      'The security team set the finding of break-glass to SUPPRESSED, and that of report-export to NOTIFIED: it is being worked on.',
    ],
    act: (sandbox) => {
      const [older] = activeKeys(sandbox, 'erp-import');
      sandbox.iam.updateAccessKey('erp-import', older.accessKeyId, 'Inactive');
      mark(sandbox, 'break-glass', 'SUPPRESSED');
      mark(sandbox, 'report-export', 'NOTIFIED');
    },
    expected: { told: { resolved: ['erp-import'] }, open: 7, archived: 1 },
  },
  {
    title: 'a deletion',
    happened: ['The user legacy-mailer was deleted together with its keys.'],
    act: ({ iam }) => iam.deleteUser('legacy-mailer'),
    expected: { told: { resolved: ['legacy-mailer'] }, open: 6, archived: 2 },
  },
  {
    title: 'a relapse',
    happened: ['The yearly import failed: it still needed the older key of erp-import, which was turned on again.'],
    act: (sandbox) => {
      const [older] = activeKeys(sandbox, 'erp-import');
      sandbox.iam.updateAccessKey('erp-import', older.accessKeyId, 'Active');
      sandbox.iam.useAccessKey(older.accessKeyId, { service: 's3', region: 'eu-central-1' });
    },
    expected: { told: { 'failing-again': ['erp-import'] }, open: 7, archived: 1 },
  },
  {
    title: 'a rotation begins',
    happened: ['The owner of metrics-export made a second key, to rotate the first.'],
    act: ({ iam }) => {
      iam.createAccessKey('metrics-export');
    },
    expected: { told: {}, open: 8, archived: 1 },
  },
  {
    title: 'the end of a grace',
    happened: ['The seven days of grace for the rotation of payments-worker ended, and nobody had finished it.'],
    expected: { told: { new: ['payments-worker'] }, open: 8, archived: 1 },
  },
  {
    title: 'a reminder',
    happened: [
      'The owner of metrics-export moved it to the new key and turned the first one off.',
      'Nothing happened for a week about the users that were told on the first day and still fail.',
    ],
    act: (sandbox) => {
      const [older, newer] = activeKeys(sandbox, 'metrics-export');
      sandbox.iam.useAccessKey(newer.accessKeyId, { service: 'monitoring', region: 'eu-central-1' });
      sandbox.iam.updateAccessKey('metrics-export', older.accessKeyId, 'Inactive');
    },
    expected: { told: { 'still-open': ['backup-agent', 'ci-deploy', 'zz--hostile@here'] }, open: 7, archived: 2 },
  },
  {
    title: 'Security Hub is off',
    happened: [
      'Somebody disabled Security Hub in this Region.',
      'The owner of backup-agent moved it to the newer key and turned the older one off.',
    ],
    act: (sandbox) => {
      sandbox.securityHub.enabled = false;
      const [older, newer] = activeKeys(sandbox, 'backup-agent');
      sandbox.iam.useAccessKey(newer.accessKeyId, { service: 's3', region: 'eu-central-1' });
      sandbox.iam.updateAccessKey('backup-agent', older.accessKeyId, 'Inactive');
    },
    expected: {
      told: {
        failing: ['break-glass', 'ci-deploy', 'erp-import', 'payments-worker', 'report-export', 'zz--hostile@here'],
      },
      open: 7,
      archived: 2,
      failure: 'aws securityhub enable-security-hub',
    },
  },
  {
    title: 'Security Hub is back',
    happened: ['Security Hub was enabled again, and holds the findings it had.'],
    act: ({ securityHub }) => {
      securityHub.enabled = true;
    },
    expected: { told: { resolved: ['backup-agent'] }, open: 6, archived: 3 },
  },
];

/** What an analyst does to the finding of a user. */
function mark({ securityHub }: Sandbox, userName: string, workflow: WorkflowStatus): void {
  const finding = [...securityHub.findings.values()].find(({ Title }) => Title?.includes(` ${userName} `));
  if (!finding?.Id) throw new Error(`the story needs a finding of ${userName}`);
  securityHub.update(finding.Id, { workflow });
}

function counted(keys: number): string {
  return keys === 0 ? 'no key' : `${keys} key${keys === 1 ? '' : 's'}`;
}
