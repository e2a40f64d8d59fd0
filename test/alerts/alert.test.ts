import { describe, expect, test } from 'vitest';
import { coverage, headline, type Item, nameOf, newsIn, tally } from '../../lambda/alerts/alert.ts';
import type { Action } from '../../lambda/check/reconcile.ts';
import { ago, alertOf, failingUser, failureItem, iamUser, resolvedItem } from '../builders.ts';

const named = (userName: string, news: Action['news'] = 'new'): Action =>
  news === 'resolved'
    ? resolvedItem({ userName })
    : { ...failureItem({ failing: failingUser({ user: iamUser({ userName }) }) }), news };

const fresh = failureItem();
const again = failureItem({ news: 'failing-again' });
const changed = failureItem({ news: 'keys-changed' });
const open = failureItem({ news: 'still-open' });
const resolved = resolvedItem();

describe('the news of a run', () => {
  test('are the actions that have something to tell', () => {
    expect(newsIn([{ ...fresh, news: undefined }, { ...resolved, news: undefined }, open])).toEqual([open]);
  });

  test('come most urgent first, then by name', () => {
    const actions = [
      named('eve', 'resolved'),
      named('dan', 'still-open'),
      named('carol', 'keys-changed'),
      named('bob', 'failing-again'),
      named('zoe', 'new'),
      named('alice', 'new'),
      named('mallory', 'new'),
    ];
    expect(newsIn(actions).map(nameOf)).toEqual(['alice', 'mallory', 'zoe', 'bob', 'carol', 'dan', 'eve']);
  });

  test('leave the actions as they were', () => {
    const actions = [named('b'), named('a')];
    newsIn(actions);
    expect(actions.map(nameOf)).toEqual(['b', 'a']);
  });
});

test('failing again and changed keys count as new, just failing as nothing', () => {
  expect(tally([failureItem({ news: 'failing' })])).toEqual({ new: 0, stillOpen: 0, resolved: 0 });
  expect(tally([fresh, again, changed, open, open, resolved])).toEqual({ new: 3, stillOpen: 2, resolved: 1 });
});

describe('the headline', () => {
  test.each<[Item[], string]>([
    [[fresh], '1 new'],
    [[open, open], '2 still open'],
    [[resolved], '1 resolved'],
    [[fresh, again, open, resolved], '2 new, 1 still open, 1 resolved'],
  ])('counts what is told and leaves out what is not', (items, expected) => {
    expect(headline(alertOf(items))).toBe(expected);
  });

  test('says that nothing was recorded, and calls nothing new that may not be', () => {
    const failing = failureItem({ news: 'failing' });
    expect([
      headline(alertOf([failing, failing], { unrecorded: 'no' })),
      headline(alertOf([failing], { unrecorded: 'no' })),
    ]).toEqual(['nothing recorded, 2 users failing', 'nothing recorded, 1 user failing']);
  });
});

describe('coverage', () => {
  test('is all users, when all were read and all that fail are told', () => {
    expect(coverage(alertOf([fresh, open, resolved], { listed: 40 }))).toBe(
      '2 users fail now; 40 of 40 users were read.',
    );
  });

  test('says so when none of those that fail are told', () => {
    expect(coverage(alertOf([resolved], { failing: 2, listed: 9 }))).toMatch(
      /^2 users fail now, none of them listed here \(/,
    );
  });

  test('speaks of one user in the singular', () => {
    expect(coverage(alertOf([fresh], { listed: 1 }))).toBe('1 user fails now; 1 of 1 user was read.');
  });

  test('tells how many fail without being told, and how many could not be read', () => {
    const unreadable = [{ userName: 'bob', reason: 'no' }];
    const text = coverage(alertOf([fresh], { failing: 3, listed: 9, unreadable }));
    expect(text).toMatch(/^3 users fail now, 2 of them not listed here \(.*\); 8 of 9 users were read\.$/);
  });

  test('tells who passed by a credential report, and how old that was', () => {
    const narrowed = { users: 1200, asOf: ago(1 / 12) };
    expect(coverage(alertOf([fresh], { listed: 1300, narrowed }))).toBe(
      '1 user fails now; 100 of 1300 users were read, 1200 passed by a credential report made 120 minutes before.',
    );
  });

  test('never says that the report was made a negative time before', () => {
    const narrowed = { users: 1200, asOf: ago(-1 / 24 / 60) };
    expect(coverage(alertOf([fresh], { listed: 1300, narrowed }))).not.toContain('-1 minutes');
  });
});
