import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert, Item } from '../../lambda/alerts/alert.ts';
import { compose } from '../../lambda/alerts/message.ts';
import { ago, alertOf, failingUser, failureItem, iamUser, resolvedItem, used, usedKey } from '../builders.ts';
import { failingUsers } from '../check/arbitraries.ts';

function composed(items: readonly Item[], fields: Partial<Alert> = {}) {
  const { subject, body } = compose(alertOf(items, fields));
  const texts: Record<string, string> = JSON.parse(body);
  return { subject, body, texts, json: JSON.parse(texts.sqs ?? '') };
}

/** So many failing users of eight keys each, with names as long as they may be. */
function users(count: number): Item[] {
  return Array.from({ length: count }, (_, i) => {
    const keys = Array.from({ length: 8 }, (_, k) =>
      usedKey({ id: `AKIA${String(8 * i + k).padStart(16, '0')}`, createDate: ago(90 - k), lastUse: used(3 * k) }),
    );
    const user = iamUser({ userId: `AIDA${i}`, userName: `user-${i}-`.padEnd(64, '@') });
    return failureItem({ failing: failingUser({ user, keys }) });
  });
}

describe('a message', () => {
  const one = () => composed([failureItem()]);

  test('has a text for each protocol', () => {
    expect(Object.keys(one().texts).toSorted()).toEqual(['default', 'email', 'https', 'lambda', 'sqs']);
  });

  test('is the same plain text by email and for any protocol that is not named', () => {
    const { texts } = one();
    expect(texts.default).toBe(texts.email);
    expect(texts.email).toMatch(/^Multiple active access keys/);
  });

  test('is a card for chat and JSON for programs', () => {
    const { texts } = one();
    expect(JSON.parse(texts.https ?? '')).toMatchObject({ source: 'custom' });
    expect(JSON.parse(texts.lambda ?? '')).toMatchObject({ check: 'AWS-IAM-009' });
    expect(texts.lambda).toBe(texts.sqs);
  });

  test('has a subject of counts and the account', () => {
    expect(one().subject).toBe('AWS-IAM-009: 1 new in account 111122223333');
  });
});

test('a subject is ASCII, short and holds no name and no key, whatever is told', () => {
  const items = fc.array(
    fc.tuple(failingUsers({ maxKeys: 3 }), fc.constantFrom('new' as const, 'still-open' as const)),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(items, fc.boolean(), (failing, isUnrecorded) => {
      const news = [...failing.map(([user, word]) => failureItem({ failing: user, news: word })), resolvedItem()];
      const { subject } = composed(news, isUnrecorded ? { unrecorded: 'no' } : {});
      expect(subject).toMatch(/^[!-~][ -~]{0,98}$/);
      expect(subject.replace('AWS-IAM-009', '')).not.toMatch(/AKIA|[@+=.]|alice/);
      expect(subject).toContain('111122223333');
    }),
    { numRuns: 40 },
  );
});

test('the longest subject has room for the counts of any account', () => {
  const ofEach = [failureItem({ news: 'new' }), failureItem({ news: 'still-open' }), resolvedItem()];
  const { subject } = composed(ofEach.flatMap((item) => Array<Item>(500).fill(item)));
  expect(subject).toBe('AWS-IAM-009: 500 new, 500 still open, 500 resolved in account 111122223333');
  expect(subject.length + '5000'.length * 3).toBeLessThan(100);
});

test.each([1, 40, 5000])('a message about %s users fits and leaves nobody out in silence', (count) => {
  const { body, texts, json } = composed(users(count), { listed: 6000 });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);

  const mailed = texts.email?.match(/^NEW: /gm)?.length ?? 0;
  expect(mailed).toBeGreaterThan(0);
  expect([json.alerts.length, json.alerts.length + json.omitted]).toEqual([mailed, count]);
  const [, more = '0'] = /… and (\d+) more, see Security Hub/.exec(texts.email ?? '') ?? [];
  expect(mailed + Number(more)).toBe(count);
  expect(texts.email).toContain(`${count} user${count === 1 ? ' fails' : 's fail'} now`);
});

test('a message is as full as it may be', () => {
  const some = users(300);
  const { json } = composed(some);
  const oneMore = composed(some.slice(0, json.alerts.length + 1));
  expect(oneMore.json.omitted).toBe(1);
});

test('a message about many small news comes close to the limit, and not over it', () => {
  const { body, json } = composed(Array<Item>(1000).fill(resolvedItem()));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
  expect(Buffer.byteLength(body)).toBeGreaterThan(260_000 - 1_000);
  expect(json.omitted).toBeGreaterThan(0);
});

test('a message about users with the longest texts fits', () => {
  const tags = ['owner', 'team', 'contact', 'email', 'project'].map((key) => ({ key, value: '🔑'.repeat(128) }));
  const keys = Array.from({ length: 60 }, (_, k) =>
    usedKey({ id: `AKIA${k}`.padEnd(128, 'X'), createDate: ago(90 - k) }),
  );
  const item = failureItem({
    failing: failingUser({ keys, tags: [...tags, { key: 'x', value: '\u0001'.repeat(256) }] }),
  });
  const { body, json } = composed(Array<Item>(30).fill(item));
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
  expect(json.alerts.length).toBeGreaterThan(0);
});

test('a message fits although thousands of users could not be read', () => {
  const unreadable = Array.from({ length: 5000 }, (_, i) => ({ userName: `u${i}`, reason: 'x'.repeat(300) }));
  const { body, texts, json } = composed([failureItem()], { unreadable, listed: 5001, unrecorded: 'y'.repeat(300) });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(262_144);
  expect(json).toMatchObject({ users: { listed: 5001, read: 1, unreadable: 5000 }, omitted: 0 });
  expect(JSON.parse(texts.https ?? '').content.description).toContain('`u0`, `u1`, `u2` and 4997 more.');
});
