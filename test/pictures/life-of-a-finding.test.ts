import { describe, expect, test } from 'vitest';
import type { Action, Inspection } from '../../lambda/check/reconcile.ts';
import { failingUser, iamUser, newer, storedFinding, usedKey } from '../builders.ts';
import { BEGINNING, type Decide, type Move, next, REMINDER_DAYS, type Run, stateOf } from './history.ts';
import { alertOf, arrowOf, lifeOf } from './life.ts';
import { lifePage } from './life-of-a-finding.ts';

const THIRD = usedKey({ id: 'AKIATHIRD00000000003' });
const PASSED: Inspection = { status: 'PASSED', user: iamUser() };
const UNREADABLE: Inspection = { status: 'NOT_AVAILABLE', user: iamUser(), reason: 'throttled' };

/** What may happen from one run to the next, while nobody works on the finding and SNS takes every message. */
const RUNS: readonly Run[] = [
  { user: failingUser() },
  { user: failingUser({ keys: [newer, THIRD] }) },
  { user: failingUser(), daysLater: REMINDER_DAYS },
  { user: PASSED },
  { user: 'deleted' },
  { user: UNREADABLE },
];

/** What else may happen. */
const TROUBLED: readonly Run[] = [
  { user: failingUser({ rotationGraceDays: 1_000 }) },
  ...(['SUPPRESSED', 'NOTIFIED', 'RESOLVED', 'NEW'] as const).flatMap((workflow) => [
    { user: failingUser(), workflow },
    { user: PASSED, workflow },
  ]),
  { user: failingUser(), unpublished: true },
  { user: PASSED, unpublished: true },
];

/** Every move that histories of so many runs lead to, each once for each finding that it starts from. */
function movesIn(runs: readonly Run[], length: number): readonly Move[] {
  let last: readonly Move[] = [BEGINNING];
  const all: Move[] = [];
  for (let i = 0; i < length; i++) {
    last = last.flatMap((move) => runs.map((run) => next(move, run)));
    all.push(...last);
    last = [...new Map(last.map((move) => [JSON.stringify([move.at, move.after]), move])).values()];
  }
  return all;
}

const wordsOf = (moves: readonly Move[]) =>
  [...new Set(moves.filter(({ recorded }) => recorded).map((move) => `${arrowOf(move)}: ${alertOf(move)}`))].toSorted();

const life = lifeOf();
const drawn = [...new Set(life.changes.map(({ arrow, alert }) => `${arrow}: ${alert}`))].toSorted();
const untroubled = movesIn(RUNS, 4);
const all = movesIn([...RUNS, ...TROUBLED], 3);

describe('the picture of the life of a finding', () => {
  test('shows each change with each alert that any four runs lead to, and no other', () => {
    expect(drawn).toEqual(wordsOf(untroubled));
  });

  test('has a line for each change, whatever people do and SNS fails to; but for a resolution that is told late', () => {
    const arrows = new Set(life.changes.map(({ arrow }) => arrow));
    const others = all.filter((move) => move.recorded && !arrows.has(arrowOf(move)));
    expect(wordsOf(others)).toEqual(['resolved resolved: RESOLVED']);
  });

  test('need not show runs of which nothing follows: they change nothing', () => {
    const idle = all.filter(({ recorded }) => !recorded);
    expect(idle.length).toBeGreaterThan(0);
    expect(idle.filter(({ before, after, news }) => before !== after || news)).toEqual([]);
  });

  test('says of each state what stands in every finding of that state', () => {
    const contents = all.flatMap(({ after, recorded }) => {
      const { Compliance, RecordState, FindingProviderFields } = recorded ?? {};
      const content = [Compliance?.Status, RecordState, FindingProviderFields?.Severity?.Label];
      return recorded ? [[stateOf(after), ...content].join(' ')] : [];
    });
    const said = [['open', ...life.open].join(' '), ['resolved', ...life.resolved].join(' ')];
    expect([...new Set(contents)].toSorted()).toEqual(said);
  });

  test('says which alerts are not sent, and whether the finding is recorded', () => {
    const every = ['NEW', 'FAILING AGAIN', 'KEYS CHANGED', 'STILL OPEN', 'RESOLVED'];
    expect(life.cases.map(({ about, silent, isRecorded }) => [about, silent, isRecorded])).toEqual([
      ['the workflow status is NOTIFIED', ['STILL OPEN'], true],
      ['a person has set it to RESOLVED', [], true],
      ['it is SUPPRESSED', every, true],
      ['a rotation is within its grace', every.slice(0, 4), true],
      ['the keys could not be read', every, false],
      ['the run before could not send them', [], true],
    ]);
  });

  test('has every word on it that is computed', () => {
    const page = lifePage({ life });
    for (const { when, alert = 'no alert' } of life.changes) {
      expect(page).toContain(`<p>${when}</p>`);
      expect(page).toContain(`>${alert}</span>`);
    }
    for (const value of [...life.open, ...life.resolved]) expect(page).toContain(`<code>${value}</code>`);
  });
});

describe('the picture cannot be drawn if the check', () => {
  const resolvesAtOnce: Action = {
    ...{ record: 'PASSED', stored: storedFinding(), userName: 'alice', told: undefined, news: undefined },
    reason: 'user deleted',
  };

  test.each<[string, Decide, string]>([
    ['resolves what was never open', () => [resolvesAtOnce], 'no place for none resolved'],
    ['does nothing', () => [], 'no place for none none'],
  ])('%s', (_, decide, problem) => {
    expect(() => lifePage({ life: lifeOf(decide) })).toThrow(problem);
  });

  test('no longer does what is drawn', () => {
    const changes = life.changes.filter(({ arrow }) => arrow !== 'resolved open');
    expect(() => lifePage({ life: { ...life, changes } })).toThrow('shows resolved open, which never happens');
  });

  test('does two things about one user at once', () => {
    expect(() => lifeOf(() => [resolvesAtOnce, resolvesAtOnce])).toThrow('more than one thing');
  });
});
