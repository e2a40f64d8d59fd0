import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  count,
  cut,
  day,
  dayAndAge,
  firstOf,
  plain,
  plainName,
  quotation,
  reasonOf,
} from '../../lambda/advice/plain.ts';
import { ago, NOW } from '../builders.ts';
import { texts, userNames } from '../check/arbitraries.ts';

/** What mail and chat clients turn into links by themselves. */
const LINK = /:\/\/|[\p{L}\p{N}_-]\.(com|net|org|io|co)(?![\p{L}\p{N}])/iu;

describe('text from the account', () => {
  test.each([
    ['line breaks', 'one\r\ntwo\u2028three\u2029four\u0085five\u000bsix', 'one two three four five six'],
    ['control characters', '\u0000a\u0007b\u001b[31mc\u007f', 'a b [31mc'],
    ['characters that turn the direction of text', 'a\u202eb\u2066c\u2069d\u200fe', 'a b c d e'],
    ['invisible characters', 'a\u200bb\ufeffc\u00add\u2060e', 'a b c d e'],
    ['lone surrogates', 'a\ud800b\udc00c', 'a b c'],
    ['spaces of every kind', '  a\u00a0\u3000\tb  ', 'a b'],
    ['nothing but those', '\n\u200b\u00a0', ''],
  ])('is one line without %s', (_, text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  test.each([
    ['https://evil.com/login?a=b', 'https[:]//evil[.]com/login?a=b'],
    ['ftp://evil.com', 'ftp[:]//evil[.]com'],
    ['www.evil.com', 'www[.]evil[.]com'],
    ['evil.co.uk', 'evil[.]co[.]uk'],
    ['evil2.com', 'evil2[.]com'],
    ['someone@evil.com/login', 'someone@evil[.]com/login'],
    ['bücher.example', 'bücher[.]example'],
    ['see evil.com.', 'see evil[.]com.'],
    ['mailto:someone@evil.com', 'mailto:someone@evil[.]com'],
    ['<https://evil.com|click>', '‹https[:]//evil[.]com|click›'],
  ])('has no links: %s', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  test.each([
    'team-a@example.com',
    'first.last+aws@mail.example.co.uk',
    'Version 1.2.3',
    'no... really',
    'a. b.',
    'e.g. this',
  ])('keeps what is no link: %s', (text) => {
    expect(plain(text)).toBe(text);
  });

  test('is cut where it is too long, never within a character', () => {
    expect(plain('x'.repeat(121))).toBe(`${'x'.repeat(119)}…`);
    expect(plain('x'.repeat(120))).toBe('x'.repeat(120));
    expect(plain('🔑🔑🔑', 4)).toBe('🔑…');
  });

  test('is short, visible and free of links whatever it was', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const result = plain(text);
        expect(result).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|\s\s|^\s|\s$|:\/\//u);
        expect(result.length).toBeLessThanOrEqual(120);
        if (!text.includes('@')) expect(result).not.toMatch(LINK);
      }),
    );
  });

  test.each(['www.evil.com@x.yz', 'someone@www.evil.com'])(
    'is not taken for a mail address where it is a link to many clients: %s',
    (text) => {
      expect(plain(text)).not.toMatch(/\bwww\.evil/);
    },
  );
});

describe('the name of a user', () => {
  test('is exact as long as IAM allows it', () => {
    fc.assert(
      fc.property(
        userNames.filter((name) => !/www\./i.test(name)),
        (name) => {
          expect(plainName(name)).toBe(name);
        },
      ),
    );
  });

  test.each([
    ['www.evil.com', 'www[.]evil[.]com'],
    ['WWW.evil.com', 'WWW[.]evil[.]com'],
    ['two words', 'two words'],
    ['https://evil.com', 'https[:]//evil[.]com'],
    ['new\nline', 'new line'],
    ['x'.repeat(65), 'x'.repeat(65)],
    ['', ''],
  ])('is like any other text if it is %s', (name, expected) => {
    expect(plainName(name)).toBe(expected);
  });

  test.each([',www.evil.com', '-www.evil.com', '=WWW.evil.com', '@www.evil.com'])(
    'is no link either where its www comes after a mark: %s',
    (name) => {
      expect(plainName(name)).not.toMatch(/\bwww\.evil/i);
    },
  );
});

test('a quotation cannot be ended by what is quoted', () => {
  expect(quotation('of "Bob"\n, which is idle', 20)).toBe(`"of 'Bob' , which is…"`);
  fc.assert(
    fc.property(texts, (text) => {
      expect(quotation(text)).toMatch(/^"[^"\n]*"$/);
    }),
  );
});

describe('why something failed', () => {
  test.each([
    [
      'an error by name and message',
      Object.assign(new Error('no\nway'), { name: 'AccessDenied' }),
      'AccessDenied: no way',
    ],
    ['what is no error as it is', 'gone', 'gone'],
    ['an aborted call', Object.assign(new Error('x'), { name: 'AbortError' }), 'no time was left for it'],
    ['a message with a link', new Error('see https://evil.com'), 'Error: see https[:]//evil[.]com'],
  ])('is told for %s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  test('is told in at most 300 characters', () => {
    expect([reasonOf(new Error('x'.repeat(999))).length, reasonOf('x'.repeat(999)).length]).toEqual([300, 300]);
  });
});

test('a cut text ends with an ellipsis and is never longer than it may be', () => {
  expect([cut('abc', 3), cut('abcd', 3), cut('a🔑b', 3)]).toEqual(['abc', 'ab…', 'a…']);
});

test('a count has its noun in the right number', () => {
  expect([count(0, 'user'), count(1, 'user'), count(2, 'user')]).toEqual(['0 users', '1 user', '2 users']);
});

test('a list that is cut says how many are missing', () => {
  expect([firstOf(['a', 'b'], 2), firstOf(['a', 'b', 'c', 'd'], 2), firstOf([], 2)]).toEqual([
    'a, b',
    'a, b and 2 more',
    '',
  ]);
});

test('a day is told in UTC', () => {
  expect(day(new Date('2026-11-23T23:59:59-05:00'))).toBe('2026-11-24');
});

test.each([
  [0, '2026-11-23 (today)'],
  [0.9, '2026-11-22 (yesterday)'],
  [1, '2026-11-22 (yesterday)'],
  [2.5, '2026-11-20 (3 days ago)'],
  [-1, '2026-11-24 (today)'],
])('what happened %s days ago is told with its age', (days, expected) => {
  expect(dayAndAge(ago(days), NOW)).toBe(expected);
});
