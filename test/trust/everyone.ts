import type { KeySpec } from '../sandbox/iam.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { CustomerUpdate } from '../sandbox/security-hub.ts';
import { addForeignFindings, at, type Expected, FAULTY_DAY, type Preparation } from './base-account.ts';
import { takeSnapshot, turnTo } from './snapshot.ts';
import { accountTime, setTime } from './virtual-time.ts';

/** Settings under which somebody can be in a grace and somebody due for a reminder. */
const SETTINGS = { REMINDER_DAYS: '7', ROTATION_GRACE_DAYS: '3' };
const PAGE_SIZE = 3;

/** The days before on which the check ran; on the last one SNS was down. */
const RUNS = [0, 3, 6, 7, 8, 9];

/** An account in which every branch of the check is taken at once, with several pages of everything. */
export const everyone: Preparation = async (deployed) => {
  setTime(at(0, 0));
  const sandbox = await startSandbox({ clock: accountTime, pageSize: PAGE_SIZE });
  createUsers(sandbox);
  for (let day = 0; day <= FAULTY_DAY; day++) {
    await turnTo(at(day));
    if (day === 9) sandbox.faults.push({ operation: 'Publish', kind: 'deny' });
    if (RUNS.includes(day)) await deployed.run(sandbox, { settings: SETTINGS });
    if (day === FAULTY_DAY) break;
    await turnTo(at(day, 12));
    for (const change of CHANGES[day] ?? []) change(sandbox);
  }
  addForeignFindings(sandbox);
  const expected = new Map(EXPECTED.map(([name, what]) => [idOf(sandbox, name), what]));
  const snapshot = takeSnapshot(sandbox, PAGE_SIZE);
  await sandbox.close();
  return { name: 'everyone', snapshot, settings: SETTINGS, expected };
};

const old = { createDate: at(-400) };
const idle: KeySpec = { createDate: at(-300), lastUsed: { date: at(-90), service: 's3', region: 'eu-central-1' } };
const busy: KeySpec = { createDate: at(-200), lastUsed: { date: at(8), service: 'sqs', region: 'eu-west-1' } };
const off: KeySpec = { createDate: at(-100), status: 'Inactive' };

/** Two keys of which one is off until a change turns it on. */
const USERS: Readonly<Record<string, readonly KeySpec[]>> = {
  'clean-none': [],
  'clean-one': [busy],
  'clean-inactive': [busy, off, { ...off, status: 'Expired' }],
  notified: [idle, busy],
  suppressed: [idle, busy],
  'suppressed-fixed': [idle, busy],
  reminder: [idle, off],
  relapsed: [old, off],
  'long-resolved': [old, off],
  ongoing: [idle, off],
  noted: [busy, off],
  marked: [busy, off],
  changed: [old, off, off],
  fixed: [old, off],
  deleted: [old, off],
  recreated: [old, off],
  'renamed-before': [busy, off],
  'untold-resolution': [old, off],
  'untold-failure': [old, off],
  fresh: [idle, { ...busy, status: 'Inactive' }],
  eight: [idle, busy, old, old, old, old, old, off],
  'grace-ends': [busy],
  'in-grace': [busy],
};

function createUsers({ iam }: Sandbox): void {
  for (const [userName, keys] of Object.entries(USERS)) {
    const path = userName === 'fresh' ? '/apps/billing/' : '/';
    const tags = userName === 'eight' ? { Owner: 'ops', team: 'ops', a: '1', b: '2', c: '3', d: '4', e: '5' } : {};
    // A user of eight keys fails from the first day on, so that one is kept inactive until it is new.
    const kept =
      userName === 'eight' ? keys.map((key, i) => ({ ...key, ...(i > 0 && { status: 'Inactive' as const }) })) : keys;
    iam.createUser({ userName, path, tags, createDate: at(-500), keys: kept });
  }
}

type Change = (sandbox: Sandbox) => void;

/** What people do at noon of each day. */
const CHANGES: Readonly<Record<number, readonly Change[]>> = {
  0: [
    decide('suppressed', { workflow: 'SUPPRESSED' }),
    decide('suppressed-fixed', { workflow: 'SUPPRESSED' }),
    decide('notified', { workflow: 'NOTIFIED', note: 'known', userDefinedFields: { ticket: 'SEC-1' } }),
  ],
  1: [on('reminder', 1), on('relapsed', 1), on('long-resolved', 1)],
  3: [offAgain('relapsed', 1), offAgain('long-resolved', 1)],
  4: [
    'ongoing',
    'noted',
    'marked',
    'changed',
    'fixed',
    'deleted',
    'recreated',
    'renamed-before',
    'untold-resolution',
  ].map((name) => on(name, 1)),
  6: [
    decide('noted', {
      note: 'asked the team',
      userDefinedFields: { owner: 'x' },
      verificationState: 'TRUE_POSITIVE',
      severityLabel: 'LOW',
    }),
    decide('marked', { workflow: 'RESOLVED' }),
  ],
  7: [({ iam }) => iam.createAccessKey('grace-ends', { createDate: at(7, 18) })],
  8: [on('untold-failure', 1), offAgain('untold-resolution', 1)],
  9: [
    on('relapsed', 1),
    on('fresh', 1),
    ...[1, 2, 3, 4, 5, 6, 7].map((key) => on('eight', key)),
    offAgain('changed', 1),
    on('changed', 2),
    offAgain('fixed', 0),
    offAgain('suppressed-fixed', 0),
    ({ iam }) => iam.createAccessKey('in-grace'),
    ({ iam }) => iam.deleteUser('deleted'),
    ({ iam }) => iam.renameUser('renamed-before', 'renamed'),
    ({ iam }) => {
      iam.deleteUser('recreated');
      iam.createUser({ userName: 'recreated', keys: [old, idle] });
    },
  ],
};

const FIRST = (news: Expected['news']): Expected => ({ news, on: 'first' });

/** What has to be told; `name!` is the user of that name who was deleted. */
const EXPECTED: readonly (readonly [string, Expected])[] = [
  ['fresh', FIRST('new')],
  ['eight', FIRST('new')],
  ['recreated', FIRST('new')],
  ['untold-failure', FIRST('new')],
  ['relapsed', FIRST('failing-again')],
  ['changed', FIRST('keys-changed')],
  ['reminder', FIRST('still-open')],
  ['fixed', FIRST('resolved')],
  ['deleted!', FIRST('resolved')],
  ['recreated!', FIRST('resolved')],
  ['untold-resolution', FIRST('resolved')],
  ['grace-ends', { news: 'new', on: 'second' }],
];

function idOf({ iam, securityHub }: Sandbox, name: string): string {
  if (!name.endsWith('!')) return iam.user(name).userId;
  const title = `IAM user ${name.slice(0, -1)} has`;
  const finding = [...securityHub.findings.values()].find(({ Title }) => Title?.startsWith(title));
  return finding?.Id?.split('/').at(-1) ?? '';
}

function on(name: string, key: number): Change {
  return setKey(name, key, 'Active');
}

function offAgain(name: string, key: number): Change {
  return setKey(name, key, 'Inactive');
}

function setKey(name: string, key: number, status: 'Active' | 'Inactive'): Change {
  return ({ iam }) => iam.updateAccessKey(name, iam.user(name).keys[key]?.accessKeyId ?? '', status);
}

function decide(name: string, change: CustomerUpdate): Change {
  return ({ iam, account, securityHub }) =>
    securityHub.update(`aws-iam-009/${account}/${iam.user(name).userId}`, change);
}
