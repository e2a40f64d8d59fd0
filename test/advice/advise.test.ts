import { describe, expect, test } from 'vitest';
import { advise, descriptionOf, lastUseText, ownerTags, verdict } from '../../lambda/advice/advise.ts';
import type { UsedKey } from '../../lambda/check/access-key.ts';
import type { FailingUser } from '../../lambda/check/reconcile.ts';
import { ago, failingUser, NEVER, NOW, newer, older, UNREADABLE, used, usedKey } from '../builders.ts';

/** A user whose keys A, B, C … were used like this, the oldest first. */
function userWith(uses: readonly UsedKey['lastUse'][], rotationGraceDays = 0): FailingUser {
  const keys = uses.map((lastUse, i) =>
    usedKey({ id: `AKIA${'ABCDEFGH'.charAt(i)}`, createDate: ago(50 - i), lastUse }),
  );
  return failingUser({ keys, rotationGraceDays });
}

const BUSY = used(1);
const IDLE = used(90);

const notFinished = userWith([IDLE, BUSY]);
const notAdopted = userWith([BUSY, IDLE]);
const shared = userWith([used(1, 's3', 'eu-west-1'), used(2, 'sqs', undefined)]);
const noneInUse = userWith([NEVER, IDLE]);
const unknown = userWith([UNREADABLE, BUSY]);
const inProgress = userWith([BUSY, NEVER], 100);

/** What the commands do to which keys. */
function targetsOf(user: FailingUser): string[] {
  return advise(user).commands.map((command) => command.replace(/.*--access-key-id=(\w+) --status=(\w+)$/, '$1 $2'));
}

describe('advice', () => {
  test.each<[string, FailingUser, string[]]>([
    ['a rotation that was never finished: the older keys', notFinished, ['AKIAA Inactive']],
    ['a replacement not adopted: the newer one, for want of another', notAdopted, ['AKIAB Inactive']],
    ['a replacement not adopted with an older idle key: that one', userWith([IDLE, BUSY, IDLE]), ['AKIAA Inactive']],
    ['a shared user: none', shared, []],
    ['a shared user with an idle key: that one', userWith([IDLE, BUSY, BUSY]), ['AKIAA Inactive']],
    ['a user nobody uses: all but the newest', userWith([NEVER, NEVER, IDLE]), ['AKIAA Inactive', 'AKIAB Inactive']],
    ['a user whose use is not known: none', unknown, []],
    ['a rotation in progress: none', inProgress, []],
  ])('turns off for %s', (_, user, targets) => {
    expect(targetsOf(user)).toEqual(targets);
  });

  test('has an undo and a block of Terraform for each command', () => {
    const { commands, undo, terraform } = advise(userWith([IDLE, NEVER, BUSY]));
    expect(undo).toEqual(commands.map((command) => command.replace('=Inactive', '=Active')));
    expect(terraform.map((block) => /id = "(\w+)"/.exec(block)?.[1])).toEqual(['AKIAA', 'AKIAB']);
  });

  test('says what its commands are for, and that the one for a newer key is a choice', () => {
    expect([advise(notFinished).purpose, advise(shared).purpose]).toEqual(['Turn off', undefined]);
    expect(advise(notAdopted).purpose).toBe('Only if the newer key is not needed');
    expect(advise(userWith([BUSY, IDLE, NEVER])).purpose).toBe('Only if a newer key is not needed');
  });

  test.each<[string, FailingUser, string]>([
    [
      'one key to choose',
      notAdopted,
      'Do not touch AKIAA: it is in use. Either move the workload to AKIAB, or turn that key off if it is not needed.',
    ],
    [
      'several keys to choose',
      userWith([BUSY, IDLE, NEVER]),
      'Do not touch AKIAA: it is in use. Either move the workload to one of AKIAB, AKIAC, or turn off those that are not needed.',
    ],
    [
      'an older idle key beside the choice',
      userWith([IDLE, BUSY, NEVER]),
      'Do not touch AKIAB: it is in use. Either move the workload to AKIAC, or turn that key off if it is not needed. AKIAA may be turned off now: idle, and older than a key in use.',
    ],
    [
      'an idle key of several workloads',
      userWith([IDLE, BUSY, BUSY]),
      'No key in use is safe to turn off. Give each workload a role or a user of its own first, then retire its key here. A rotation within the last 14 days looks the same: then wait until the older key is idle. AKIAA may be turned off now: idle, and older than a key in use.',
    ],
    [
      'several workloads and nothing else',
      shared,
      'No key in use is safe to turn off. Give each workload a role or a user of its own first, then retire its key here. A rotation within the last 14 days looks the same: then wait until the older key is idle.',
    ],
    [
      'one older key that nobody uses',
      noneInUse,
      "Turn off the older one first: AKIAA. If nothing breaks for as long as its rarest job takes to come round (month end, year end), consider removing this user's keys altogether.",
    ],
    [
      'several older keys that nobody uses',
      userWith([NEVER, IDLE, NEVER]),
      "Turn off the older ones first: AKIAA, AKIAB. If nothing breaks for as long as its rarest job takes to come round (month end, year end), consider removing this user's keys altogether.",
    ],
  ])('says what to do with %s', (_, user, action) => {
    expect(advise(user).action).toBe(action);
  });

  test('never deletes', () => {
    const said = [notFinished, notAdopted, shared, noneInUse, unknown, inProgress].map((user) =>
      JSON.stringify(advise(user)),
    );
    expect(said.join()).not.toMatch(/delete-access-key|destroy/i);
  });

  test('keeps the newest key of an unfinished rotation', () => {
    expect(advise(notFinished).action).toMatch(/turn off AKIAA\b.*keep AKIAB\b/is);
  });

  test('tells not to touch the key in use when the newer one is not adopted', () => {
    expect(advise(notAdopted).action).toMatch(/do not touch AKIAA\b.*\bAKIAB\b/is);
  });

  test('names service and Region of each workload that shares a user', () => {
    const { diagnosis, action } = advise(shared);
    expect(diagnosis).toContain('AKIAA by s3 in eu-west-1');
    expect(diagnosis).toContain('AKIAB by sqs');
    expect(action).toMatch(/no key in use is safe/i);
  });

  test('says by when to finish a rotation', () => {
    expect(advise(inProgress).action).toContain('2027-01-');
  });

  test('says after how many days without use a key counts as idle', () => {
    expect(
      advise(failingUser({ keys: [older, usedKey({ ...newer, lastUse: NEVER })], unusedAfterDays: 30 })).diagnosis,
    ).toContain('30 days');
  });

  test('recommends no key while a use is not known, and says why', () => {
    const { diagnosis, action } = advise(unknown);
    expect(diagnosis).toMatch(/could not be read/);
    expect(action).toMatch(/no key is recommended/i);
  });

  test('names the first keys of many and how many more there are', () => {
    expect(advise(userWith(Array.from({ length: 8 }, () => NEVER))).action).toContain(
      'AKIAA, AKIAB, AKIAC, AKIAD and 3 more',
    );
  });
});

describe('the verdict on a key', () => {
  const verdictsOn = (user: FailingUser) => user.keys.map((key) => verdict(key, user.diagnosis));

  test.each<[string, FailingUser, RegExp[]]>([
    ['an unfinished rotation', notFinished, [/turn it off/, /in use: do not/]],
    ['a replacement not adopted', notAdopted, [/in use: do not/, /idle/]],
    ['a shared user', userWith([IDLE, BUSY, BUSY, IDLE]), [/turn it off/, /in use: do not/, /in use: do not/, /^idle/]],
    ['a user nobody uses', noneInUse, [/turn it off/, /last/]],
    [
      'a user whose use is not known',
      userWith([UNREADABLE, IDLE, BUSY]),
      [/not known/, /no key is recommended/, /in use: do not/],
    ],
    ['a rotation in progress', inProgress, [/in use: do not/, /rotation in progress/]],
  ])('tells keys in use from others for %s', (_, user, verdicts) => {
    expect(verdictsOn(user)).toEqual(verdicts.map((verdictOn) => expect.stringMatching(verdictOn)));
  });

  test('never calls a key idle whose use is not known, also not in a rotation', () => {
    expect(verdictsOn(userWith([UNREADABLE, NEVER], 100))[0]).not.toMatch(/idle/);
  });
});

describe('the last use of a key', () => {
  test.each<[string, UsedKey['lastUse'], string]>([
    ['when, where and by what', used(3), 'last used 2026-11-20 (3 days ago) by s3 in eu-central-1'],
    [
      'no Region where none is known',
      { ...used(3), region: undefined } as UsedKey['lastUse'],
      'last used 2026-11-20 (3 days ago) by s3',
    ],
    ['that there was none', NEVER, 'never used'],
    ['that it could not be read', UNREADABLE, 'last use could not be read (AccessDenied)'],
  ])('says %s', (_, lastUse, expected) => {
    expect(lastUseText(lastUse, NOW)).toBe(expected);
  });

  test('is harmless however AWS words it', () => {
    const hostile = used(1, 's3\nFAKE https://evil.com', `\u202e${'x'.repeat(99)}`);
    expect(lastUseText(hostile, NOW)).toBe(
      `last used 2026-11-22 (yesterday) by s3 FAKE https[:]//evil[.]com in ${'x'.repeat(39)}…`,
    );
  });
});

describe('tags', () => {
  test('describe a key where their key is its id', () => {
    const tags = [
      { key: 'AKIAOTHER', value: 'other' },
      { key: older.id, value: 'laptop\nof Bob' },
      { key: newer.id, value: ' ' },
    ];
    expect([descriptionOf(older, tags), descriptionOf(newer, tags), descriptionOf(older)]).toEqual([
      'laptop of Bob',
      undefined,
      undefined,
    ]);
  });

  test.each([
    'owner',
    'Owner',
    'team',
    'contact',
    'email',
    'E-Mail',
    'maintainer',
    'createdBy',
    'created_by',
    'project',
    'acme:owner',
  ])('tell whom to ask by a key like %s', (key) => {
    expect(ownerTags([{ key, value: 'team-a@example.com' }])).toEqual([{ key, value: 'team-a@example.com' }]);
  });

  test('tell nothing by other keys or without a value', () => {
    const tags = [
      { key: 'CostCenter', value: '42' },
      { key: 'owner', value: ' \u200b' },
    ];
    expect([ownerTags(tags), ownerTags(undefined)]).toEqual([[], []]);
  });

  test.each(['aws:owner', 'AWS:team'])(
    'tell nothing by %s, since Security Hub takes no tag reserved for AWS',
    (key) => {
      expect(ownerTags([{ key, value: 'team-a' }])).toEqual([]);
    },
  );

  test('tell whom to ask by keys that merely mention AWS', () => {
    const tags = [{ key: 'my-aws:owner', value: 'team-a' }];
    expect(ownerTags(tags)).toEqual(tags);
  });

  test('tell at most five, harmless and short', () => {
    const tags = Array.from({ length: 9 }, (_, i) => ({ key: `owner\n${i}`, value: 'https://evil.com' }));
    expect(ownerTags(tags)).toEqual([0, 1, 2, 3, 4].map((i) => ({ key: `owner ${i}`, value: 'https[:]//evil[.]com' })));
  });
});
