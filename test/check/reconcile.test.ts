import { describe, expect, test } from 'vitest';
import {
  type Action,
  deletedIn,
  findingId,
  type Inspection,
  isOpen,
  type NewsOfFailure,
  reconcile,
  type StoredFinding,
  toldAfter,
  withoutFindings,
} from '../../lambda/check/reconcile.ts';
import {
  ACCOUNT,
  ago,
  failingUser,
  failureItem,
  iamUser,
  NOW,
  newer,
  older,
  resolvedItem,
  storedFinding,
  told,
  usedKey,
} from '../builders.ts';

const failing = failingUser();
const inGrace = failingUser({ rotationGraceDays: 200 });
const passing: Inspection = { status: 'PASSED', user: iamUser() };
const unreadable: Inspection = { status: 'NOT_AVAILABLE', user: iamUser(), reason: 'AccessDenied: no' };
const ARCHIVED = { recordState: 'ARCHIVED', compliance: 'PASSED' } as const;

function reconciled(inspection: Inspection | 'deleted', stored?: StoredFinding, reminderDays = 7): readonly Action[] {
  return reconcile(inspection === 'deleted' ? [] : [inspection], stored ? [stored] : [], { reminderDays }, NOW);
}

/** What is told about a user that fails, or undefined. */
function newsOf(stored: StoredFinding | undefined, { user = failing, reminderDays = 7 } = {}): string | undefined {
  const [action, ...others] = reconciled(user, stored, reminderDays);
  if (action?.record !== 'FAILED' || others.length > 0) throw new Error('a failing user is recorded once');
  return action.news;
}

describe('what is recorded', () => {
  test('a failing user without a finding gets one', () => {
    expect(reconciled(failing)).toEqual([
      { record: 'FAILED', failing, stored: undefined, told: undefined, news: 'new' },
    ]);
  });

  test('the open finding of a user that still fails is refreshed, and what was told is kept', () => {
    const stored = storedFinding({ told: told() });
    expect(reconciled(failing, stored)).toEqual([{ record: 'FAILED', failing, stored, told: told(), news: undefined }]);
  });

  test('the archived finding of a user that fails again is reopened', () => {
    const stored = storedFinding({ ...ARCHIVED, told: told({ status: 'PASSED', activeKeyIds: [] }) });
    expect(reconciled(failing, stored)).toMatchObject([{ record: 'FAILED', stored, news: 'failing-again' }]);
  });

  test('the open finding of a user that passes is resolved', () => {
    const stored = storedFinding({ told: told() });
    expect(reconciled(passing, stored)).toEqual([
      {
        record: 'PASSED',
        stored,
        userName: 'alice',
        reason: 'key deactivated or deleted',
        told: told(),
        news: 'resolved',
      },
    ]);
  });

  test('the open finding of a deleted user is resolved for that reason', () => {
    const stored = storedFinding({ told: told() });
    expect(reconciled('deleted', stored)).toEqual([
      { record: 'PASSED', stored, userName: 'alice', reason: 'user deleted', told: told(), news: 'resolved' },
    ]);
  });

  test.each<[string, StoredFinding | undefined]>([
    ['no finding', undefined],
    ['an open finding', storedFinding({ told: told() })],
    ['an open finding that was never told', storedFinding()],
    ['an archived finding', storedFinding({ ...ARCHIVED, told: told({ status: 'PASSED' }) })],
    ['an archived finding whose resolution was not told', storedFinding({ ...ARCHIVED, told: told() })],
  ])('nothing at all for a user that could not be read and has %s', (_, stored) => {
    expect(reconciled(unreadable, stored)).toEqual([]);
  });

  test.each(['passes', 'deleted'])('nothing once a resolution was told, when the user %s', (state) => {
    const stored = storedFinding({ ...ARCHIVED, told: told({ status: 'PASSED', activeKeyIds: [] }) });
    expect(reconciled(state === 'deleted' ? 'deleted' : passing, stored)).toEqual([]);
  });

  test.each(['passes', 'deleted'])('nothing for an archived finding that was never told, when the user %s', (state) => {
    expect(reconciled(state === 'deleted' ? 'deleted' : passing, storedFinding(ARCHIVED))).toEqual([]);
  });

  test('nothing for a user that passes and has no finding', () => {
    expect(reconciled(passing)).toEqual([]);
  });

  test('a finding that passes but is not archived, as a person may have left it, is archived', () => {
    const stored = storedFinding({ recordState: 'ACTIVE', compliance: 'PASSED' });
    expect(reconciled(passing, stored)).toMatchObject([{ record: 'PASSED', news: undefined }]);
  });

  test('a renamed user keeps its finding', () => {
    const renamed = failingUser({ user: iamUser({ userName: 'alice.married' }) });
    const stored = storedFinding({ userName: 'alice', told: told() });
    expect(reconciled(renamed, stored)).toMatchObject([{ record: 'FAILED', stored, news: undefined }]);
  });

  test('a user created anew under an old name gets a finding of its own, and the old one is resolved', () => {
    const anew = failingUser({ user: iamUser({ userId: 'AIDAANEW' }) });
    const stored = storedFinding({ told: told() });
    expect(reconciled(anew, stored)).toEqual([
      { record: 'FAILED', failing: anew, stored: undefined, told: undefined, news: 'new' },
      { record: 'PASSED', stored, userName: 'alice', reason: 'user deleted', told: told(), news: 'resolved' },
    ]);
  });

  test('each of many users by its own finding', () => {
    const bob = failingUser({ user: iamUser({ userId: 'AIDABOB', userName: 'bob' }) });
    const ofBob = storedFinding({ userId: 'AIDABOB', told: told() });
    const ofCarol = storedFinding({ userId: 'AIDACAROL', told: told() });
    const actions = reconcile(
      [passing, bob],
      [ofCarol, ofBob, storedFinding({ told: told() })],
      { reminderDays: 7 },
      NOW,
    );
    expect(actions.map(({ record, news, stored }) => [stored?.userId, record, news])).toEqual([
      ['AIDAALICE', 'PASSED', 'resolved'],
      ['AIDABOB', 'FAILED', undefined],
      ['AIDACAROL', 'PASSED', 'resolved'],
    ]);
  });

  test('a finding is known by the account and the id of the user, never its name', () => {
    expect(findingId(ACCOUNT, 'AIDAALICE')).toBe('aws-iam-009/111122223333/AIDAALICE');
  });
});

describe('what is told of a failure', () => {
  const keysBefore = told({ activeKeyIds: [older.id, 'AKIAGONE'] });

  test.each<[string, StoredFinding | undefined, NewsOfFailure | undefined]>([
    ['that has no finding is new', undefined, 'new'],
    ['whose finding was never told is new: publishing may have failed', storedFinding(), 'new'],
    ['that was told yesterday is nothing', storedFinding({ told: told() }), undefined],
    [
      'that started again after its resolution was told',
      storedFinding({ ...ARCHIVED, told: told({ status: 'PASSED' }) }),
      'failing-again',
    ],
    [
      'that started again after a resolution nobody was told',
      storedFinding({ ...ARCHIVED, told: told() }),
      'failing-again',
    ],
    ['that started again after it had never been told is new', storedFinding(ARCHIVED), 'new'],
    ['that is active but marked as passed', storedFinding({ compliance: 'PASSED', told: told() }), 'failing-again'],
    ['that is archived though it fails', storedFinding({ recordState: 'ARCHIVED', told: told() }), 'failing-again'],
    [
      'that started again while nothing was told, once it may be',
      storedFinding({ told: told({ activeKeyIds: [] }) }),
      'failing-again',
    ],
    [
      'whose reopening was not told although its resolution was',
      storedFinding({ told: told({ status: 'PASSED', activeKeyIds: [] }) }),
      'failing-again',
    ],
    ['whose keys are not those that were told', storedFinding({ told: keysBefore }), 'keys-changed'],
    [
      'with one key less than was told',
      storedFinding({ told: told({ activeKeyIds: [older.id, newer.id, 'AKIAGONE'] }) }),
      'keys-changed',
    ],
    ['with one key more than was told', storedFinding({ told: told({ activeKeyIds: [older.id] }) }), 'keys-changed'],
    [
      'whose keys were told in another order is nothing',
      storedFinding({ told: told({ activeKeyIds: [newer.id, older.id] }) }),
      undefined,
    ],
    [
      'that a person marked RESOLVED is nothing: it is still open',
      storedFinding({ workflow: 'RESOLVED', told: told() }),
      undefined,
    ],
    ['that a person marked RESOLVED before it was told is new', storedFinding({ workflow: 'RESOLVED' }), 'new'],
    ['that a person marked NOTIFIED before it was told is new', storedFinding({ workflow: 'NOTIFIED' }), 'new'],
    [
      'marked NOTIFIED, when its keys change',
      storedFinding({ workflow: 'NOTIFIED', told: keysBefore }),
      'keys-changed',
    ],
    [
      'marked NOTIFIED, when it started again',
      storedFinding({ ...ARCHIVED, workflow: 'NOTIFIED', told: told() }),
      'failing-again',
    ],
  ])('%s', (_, stored, news) => {
    expect(newsOf(stored)).toBe(news);
  });

  test.each<[string, StoredFinding | undefined]>([
    ['was never told', storedFinding({ workflow: 'SUPPRESSED' })],
    ['is due for a reminder', storedFinding({ workflow: 'SUPPRESSED', told: told({ at: ago(30) }) })],
    ['has other keys than were told', storedFinding({ workflow: 'SUPPRESSED', told: keysBefore })],
    ['started again', storedFinding({ ...ARCHIVED, workflow: 'SUPPRESSED', told: told() })],
  ])('is nothing while it is suppressed, when it %s', (_, stored) => {
    expect(newsOf(stored)).toBeUndefined();
  });

  test.each<[string, StoredFinding | undefined]>([
    ['is new', undefined],
    ['is due for a reminder', storedFinding({ told: told({ at: ago(30) }) })],
    ['has other keys than were told', storedFinding({ told: keysBefore })],
    ['started again', storedFinding({ ...ARCHIVED, told: told() })],
  ])('is nothing during the grace for rotations, when it %s', (_, stored) => {
    expect(newsOf(stored, { user: inGrace })).toBeUndefined();
  });

  test('comes after the grace, if the rotation is still not finished', () => {
    const [held] = reconciled(inGrace);
    expect(held).toMatchObject({ record: 'FAILED', told: undefined, news: undefined });
    expect(newsOf(storedFinding({ told: held && toldAfter(held, true, NOW) }))).toBe('new');
  });

  test.each([
    ['suppression', failing, 'SUPPRESSED'],
    ['a grace', inGrace, 'NEW'],
  ] as const)('is remembered as a failure that started again through %s', (_, user, workflow) => {
    const [silent] = reconciled(user, storedFinding({ ...ARCHIVED, workflow, told: told() }));
    expect(silent?.news).toBeUndefined();
    const after = silent && toldAfter(silent, true, NOW);
    expect(newsOf(storedFinding({ told: after }))).toBe('failing-again');
  });

  test('is a reminder also when somebody marked the finding RESOLVED though the keys are active', () => {
    expect(newsOf(storedFinding({ workflow: 'RESOLVED', told: told({ at: ago(7) }) }))).toBe('still-open');
  });
});

describe('a reminder', () => {
  const remindedAfter = (days: number, reminderDays = 7) =>
    newsOf(storedFinding({ told: told({ at: ago(days) }) }), { reminderDays }) === 'still-open';

  test('comes seven days after the last alert, give or take half a day of schedule jitter', () => {
    expect([0, 6, 6.49, 6.5, 6.99, 7, 7.5, 40].map((days) => remindedAfter(days))).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test('comes every day if it is to, although a run starts a little early', () => {
    expect([0.99, 1, 1.01].map((days) => remindedAfter(days, 1))).toEqual([true, true, true]);
  });

  test('never comes with 0 days', () => {
    expect([0, 1, 10_000].map((days) => remindedAfter(days, 0))).toEqual([false, false, false]);
  });

  test('never comes for a finding marked NOTIFIED', () => {
    expect(newsOf(storedFinding({ workflow: 'NOTIFIED', told: told({ at: ago(400) }) }))).toBeUndefined();
  });

  test('never comes before its time because the last alert lies ahead', () => {
    expect(remindedAfter(-1)).toBe(false);
  });
});

describe('what is told of a resolution', () => {
  const newsOfPassed = (stored: StoredFinding) => reconciled(passing, stored).map(({ news }) => news);

  test.each<[string, StoredFinding, (string | undefined)[]]>([
    ['it is told, once its failure was', storedFinding({ told: told() }), ['resolved']],
    ['it is told when it could not be published before', storedFinding({ ...ARCHIVED, told: told() }), ['resolved']],
    ['it is told for a finding marked NOTIFIED', storedFinding({ workflow: 'NOTIFIED', told: told() }), ['resolved']],
    ['it is told for a finding marked RESOLVED', storedFinding({ workflow: 'RESOLVED', told: told() }), ['resolved']],
    [
      'it is told if the failure told had been an earlier one',
      storedFinding({ told: told({ activeKeyIds: [] }) }),
      ['resolved'],
    ],
    ['nobody is told if nobody knew', storedFinding(), [undefined]],
    ['nobody is told twice', storedFinding({ told: told({ status: 'PASSED' }) }), [undefined]],
    ['nobody is told while it is suppressed', storedFinding({ workflow: 'SUPPRESSED', told: told() }), [undefined]],
    [
      'nothing follows once it is archived and suppressed',
      storedFinding({ ...ARCHIVED, workflow: 'SUPPRESSED', told: told() }),
      [],
    ],
  ])('%s', (_, stored, news) => {
    expect(newsOfPassed(stored)).toEqual(news);
  });
});

describe('what stands as told after a run', () => {
  test('a failure whose message went out is told with its present keys', () => {
    expect(toldAfter(failureItem(), true, NOW)).toEqual({
      status: 'FAILED',
      at: NOW,
      activeKeyIds: [older.id, newer.id],
    });
  });

  test('a resolution whose message went out is told', () => {
    expect(toldAfter(resolvedItem(), true, NOW)).toEqual({ status: 'PASSED', at: NOW, activeKeyIds: [] });
  });

  test.each<[string, Action]>([
    ['failure', failureItem({ told: told({ at: ago(9) }), news: 'still-open' })],
    ['resolution', resolvedItem({ told: told({ at: ago(9) }) })],
  ])('a %s whose message did not go out leaves what was told before, so that the next run tells it', (_, action) => {
    expect(toldAfter(action, false, NOW)).toEqual(told({ at: ago(9) }));
  });

  test('what was no news leaves what was told before', () => {
    const [silent] = reconciled(failing, storedFinding({ told: told({ at: ago(3) }) }));
    expect(silent && toldAfter(silent, true, NOW)).toEqual(told({ at: ago(3) }));
  });

  test('a failure that could not be published is told by the next run', () => {
    const [first] = reconciled(failing);
    expect(newsOf(storedFinding({ told: first && toldAfter(first, false, NOW) }))).toBe('new');
  });
});

describe('when our findings could not be read', () => {
  test('every failing user is told, also one in a grace, and nobody is called new', () => {
    const bob = failingUser({ user: iamUser({ userId: 'AIDABOB' }), rotationGraceDays: 200 });
    expect(withoutFindings([passing, failing, unreadable, bob])).toEqual([
      { record: 'FAILED', failing, stored: undefined, told: undefined, news: 'failing' },
      { record: 'FAILED', failing: bob, stored: undefined, told: undefined, news: 'failing' },
    ]);
  });
});

test.each([
  ['ACTIVE', 'FAILED', true],
  ['ACTIVE', 'NOT_AVAILABLE', true],
  ['ACTIVE', 'WARNING', true],
  ['ACTIVE', 'PASSED', false],
  ['ARCHIVED', 'FAILED', false],
  ['ARCHIVED', 'PASSED', false],
] as const)('a finding that is %s and %s is open: %s', (recordState, compliance, open) => {
  expect(isOpen(storedFinding({ recordState, compliance, workflow: 'RESOLVED' }))).toBe(open);
});

test('a changed key is news even if the number of keys is the same', () => {
  const replaced = failingUser({ keys: [older, usedKey({ id: 'AKIAREPLACED', createDate: ago(2) })] });
  expect(newsOf(storedFinding({ told: told() }), { user: replaced })).toBe('keys-changed');
});

test('of users who seem to be deleted only those count from whom something follows', () => {
  const open = storedFinding();
  const toldOfNothing = storedFinding({ userId: 'AIDABOB', ...ARCHIVED });
  expect(deletedIn([], [open, toldOfNothing])).toEqual([open]);
  expect(deletedIn([passing], [open, toldOfNothing])).toEqual([]);
});
