import { describe, expect, test } from 'vitest';
import { DAY, isTwoOrMore, type UsedKey } from '../../lambda/check/access-key.ts';
import { type Cause, diagnose } from '../../lambda/check/diagnose.ts';
import { evaluate } from '../../lambda/check/evaluate.ts';
import { ago, iamUser, NEVER, NOW, UNREADABLE, used, usedKey } from '../builders.ts';

/** The keys of these last uses, the oldest first: A, B, C … */
function keysUsed(...uses: readonly UsedKey['lastUse'][]): readonly UsedKey[] {
  return uses.map((lastUse, i) => usedKey({ id: 'ABCDEFGH'.charAt(i), createDate: ago(200 - i), lastUse }));
}

function diagnosisOf(
  keys: readonly UsedKey[],
  { rotationGraceDays = 0, unusedAfterDays = 14, now = NOW }: Partial<Parameters<typeof diagnose>[1]> & { now?: Date },
) {
  if (!isTwoOrMore(keys)) throw new Error('a diagnosis is for two keys or more');
  const { cause, inUse, retire, finishBy } = diagnose(keys, { rotationGraceDays, unusedAfterDays }, now);
  const names = (some: readonly UsedKey[]) => some.map(({ id }) => id).join('');
  return { cause, inUse: names(inUse), retire: names(retire), ...(finishBy && { finishBy }) };
}

const BUSY = used(1);
const IDLE = used(90);

const CASES: readonly [string, readonly UsedKey['lastUse'][], Cause, { inUse: string; retire: string }][] = [
  ['only the newest of two is in use', [IDLE, BUSY], 'rotation-not-finished', { inUse: 'B', retire: 'A' }],
  ['the older one was never used', [NEVER, BUSY], 'rotation-not-finished', { inUse: 'B', retire: 'A' }],
  ['only the older of two is in use', [BUSY, IDLE], 'replacement-not-adopted', { inUse: 'A', retire: '' }],
  ['the newer one was never used', [BUSY, NEVER], 'replacement-not-adopted', { inUse: 'A', retire: '' }],
  ['both are in use', [BUSY, BUSY], 'shared-by-workloads', { inUse: 'AB', retire: '' }],
  ['neither is in use', [IDLE, IDLE], 'none-in-use', { inUse: '', retire: 'A' }],
  ['neither was ever used', [NEVER, NEVER], 'none-in-use', { inUse: '', retire: 'A' }],
  ['the older is unreadable, the newer in use', [UNREADABLE, BUSY], 'unknown', { inUse: 'B', retire: '' }],
  ['the older is in use, the newer unreadable', [BUSY, UNREADABLE], 'unknown', { inUse: 'A', retire: '' }],
  ['the older is idle, the newer unreadable', [IDLE, UNREADABLE], 'unknown', { inUse: '', retire: '' }],
  ['the older is unreadable, the newer idle', [UNREADABLE, IDLE], 'unknown', { inUse: '', retire: '' }],
  [
    'two of three are in use and the third is unreadable',
    [BUSY, BUSY, UNREADABLE],
    'unknown',
    { inUse: 'AB', retire: '' },
  ],
  ['only the newest of three is in use', [IDLE, NEVER, BUSY], 'rotation-not-finished', { inUse: 'C', retire: 'AB' }],
  ['only the middle of three is in use', [IDLE, BUSY, IDLE], 'replacement-not-adopted', { inUse: 'B', retire: 'A' }],
  ['only the oldest of three is in use', [BUSY, IDLE, IDLE], 'replacement-not-adopted', { inUse: 'A', retire: '' }],
  ['the first two of three are in use', [BUSY, BUSY, IDLE], 'shared-by-workloads', { inUse: 'AB', retire: '' }],
  ['an idle key lies between two in use', [BUSY, IDLE, BUSY], 'shared-by-workloads', { inUse: 'AC', retire: 'B' }],
  ['the last two of three are in use', [IDLE, BUSY, BUSY], 'shared-by-workloads', { inUse: 'BC', retire: 'A' }],
  ['none of three is in use', [IDLE, NEVER, IDLE], 'none-in-use', { inUse: '', retire: 'AB' }],
  [
    'two of eight are in use, amid idle ones',
    [IDLE, BUSY, NEVER, IDLE, BUSY, IDLE, NEVER, IDLE],
    'shared-by-workloads',
    { inUse: 'BE', retire: 'ACD' },
  ],
  [
    'only the newest of eight is in use',
    [IDLE, IDLE, NEVER, IDLE, NEVER, IDLE, NEVER, BUSY],
    'rotation-not-finished',
    { inUse: 'H', retire: 'ABCDEFG' },
  ],
  ['none of eight is in use', Array.from({ length: 8 }, () => NEVER), 'none-in-use', { inUse: '', retire: 'ABCDEFG' }],
];

test.each(CASES)('when %s', (_, uses, cause, keys) => {
  expect(diagnosisOf(keysUsed(...uses), {})).toEqual({ cause, ...keys });
});

describe('a key counts as in use', () => {
  const inUse = (lastUse: UsedKey['lastUse'], unusedAfterDays = 14) =>
    diagnosisOf(keysUsed(lastUse, NEVER), { unusedAfterDays }).inUse === 'A';

  test('up to fourteen days after its last use, and no longer', () => {
    const sinceUse = (ms: number) =>
      inUse({ kind: 'used', at: new Date(NOW.getTime() - ms), service: 's3', region: '' });
    expect([0, 14 * DAY - 1, 14 * DAY, 14 * DAY + 1].map(sinceUse)).toEqual([true, true, true, false]);
  });

  test('a day being 24 hours', () => {
    const usedAt = (time: string) => inUse({ kind: 'used', at: new Date(time), service: 's3', region: '' });
    expect(NOW).toEqual(new Date('2026-11-23T06:00:00Z'));
    expect(['2026-11-09T06:00:00Z', '2026-11-09T05:59:59Z'].map(usedAt)).toEqual([true, false]);
  });

  test('for as many days as the setting says', () => {
    expect([inUse(used(29), 30), inUse(used(31), 30), inUse(used(2), 1)]).toEqual([true, false, false]);
  });

  test('when its last use lies ahead, because clocks disagree', () => {
    expect(inUse(used(-0.1))).toBe(true);
  });

  test('by whatever service and whether or not its Region is known', () => {
    expect(inUse({ kind: 'used', at: ago(1), service: 'an unnamed service', region: undefined })).toBe(true);
  });
});

describe('the grace for rotations', () => {
  const young = (age: number) => [
    usedKey({ id: 'A', createDate: ago(200), lastUse: BUSY }),
    usedKey({ id: 'B', createDate: ago(age) }),
  ];
  const inProgress = (age: number, rotationGraceDays: number) =>
    diagnosisOf(young(age), { rotationGraceDays }).cause === 'rotation-in-progress';

  test('lasts until the newest key is as old as the setting says', () => {
    const justUnder = 7 - 1 / DAY;
    expect([0, 6, justUnder, 7, 8].map((age) => inProgress(age, 7))).toEqual([true, true, true, false, false]);
  });

  test('is none by default, even for a key made this instant or, by its clock, tomorrow', () => {
    expect([inProgress(0, 0), inProgress(-1, 0)]).toEqual([false, false]);
  });

  test('holds for a key whose creation lies ahead, because clocks disagree', () => {
    expect(inProgress(-0.1, 7)).toBe(true);
  });

  test('says by when to finish, which keys are in use, and retires none', () => {
    expect(diagnosisOf(young(2), { rotationGraceDays: 7 })).toEqual({
      cause: 'rotation-in-progress',
      inUse: 'A',
      retire: '',
      finishBy: ago(-5),
    });
  });

  test('decides before anything that could not be read', () => {
    const keys = [
      usedKey({ id: 'A', createDate: ago(9), lastUse: UNREADABLE }),
      usedKey({ id: 'B', createDate: ago(1) }),
    ];
    expect(diagnosisOf(keys, { rotationGraceDays: 7 }).cause).toBe('rotation-in-progress');
    expect(diagnosisOf(keys, { rotationGraceDays: 1 }).cause).toBe('unknown');
  });

  test('looks at the newest key only', () => {
    const keys = [30, 20, 2].map((age, i) => usedKey({ id: 'ABC'.charAt(i), createDate: ago(age), lastUse: BUSY }));
    expect(diagnosisOf(keys, { rotationGraceDays: 3 }).cause).toBe('rotation-in-progress');
    expect(diagnosisOf(keys.slice(0, 2), { rotationGraceDays: 3 }).cause).toBe('shared-by-workloads');
  });
});

describe('which key is older', () => {
  const evaluated = (keys: readonly UsedKey[]) => {
    const evaluation = evaluate(iamUser(), keys);
    if (evaluation.status !== 'FAILED') throw new Error('two active keys fail');
    return evaluation.activeKeys.flatMap(({ id }) => keys.filter((key) => key.id === id));
  };
  const sameTime = (id: string, lastUse: UsedKey['lastUse']) => usedKey({ id, createDate: ago(50), lastUse });

  test('is not the order in which IAM lists them', () => {
    const keys = evaluated(keysUsed(IDLE, BUSY).toReversed());
    expect(diagnosisOf(keys, {})).toEqual({ cause: 'rotation-not-finished', inUse: 'B', retire: 'A' });
  });

  test('is the lower id, when both were created at the same time', () => {
    const lowerIdle = evaluated([sameTime('Z', BUSY), sameTime('Y', IDLE)]);
    const higherIdle = evaluated([sameTime('Z', IDLE), sameTime('Y', BUSY)]);
    expect(diagnosisOf(lowerIdle, {})).toEqual({ cause: 'rotation-not-finished', inUse: 'Z', retire: 'Y' });
    expect(diagnosisOf(higherIdle, {})).toEqual({ cause: 'replacement-not-adopted', inUse: 'Y', retire: '' });
  });
});

test('a diagnosis remembers after how many days without use it called a key idle', () => {
  const keys = keysUsed(IDLE, IDLE);
  if (!isTwoOrMore(keys)) throw new Error('two keys');
  expect(diagnose(keys, { rotationGraceDays: 0, unusedAfterDays: 30 }, NOW).unusedAfterDays).toBe(30);
});
