import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainName, reasonOf } from '../../lambda/advice/plain.ts';
import type { Alert, Item } from '../../lambda/alerts/alert.ts';
import { mail, wrap } from '../../lambda/alerts/mail.ts';
import {
  ago,
  alertOf,
  config,
  failingUser,
  failureItem,
  iamUser,
  NEVER,
  newer,
  older,
  resolvedItem,
  storedFinding,
  told,
  UNREADABLE,
  used,
  usedKey,
} from '../builders.ts';
import { failingUsers, HOSTILE_TEXTS, texts, userNames } from '../check/arbitraries.ts';
import { COMMAND, CONSOLE_LINK, UNSAFE } from './lines.ts';

const mailOf = (items: readonly Item[], fields: Partial<Alert> = {}) => mail(alertOf(items, fields), items.length);

const named = (userName: string) => failureItem({ failing: failingUser({ user: iamUser({ userName }) }) });

/** One line of text, however it was wrapped. */
const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

describe('a mail', () => {
  const unreadable = [{ userName: 'bob', reason: 'denied' }];
  const text = () => mailOf([failureItem()], { failing: 3, listed: 12, unreadable });

  test('says what it is about, where and when', () => {
    const [title, place] = text().split('\n');
    expect(title).toBe('Multiple active access keys (AWS-IAM-009): 1 new');
    expect(place).toBe('Account 111122223333, Region eu-central-1, checked 2026-11-23 06:00 UTC');
  });

  test('tells totals and who could not be read', () => {
    expect(unwrapped(text())).toContain('3 users fail now, 2 of them not listed here');
    expect(unwrapped(text())).toContain('11 of 12 users were read');
    expect(unwrapped(text())).toMatch(/could not be read: bob \(denied\)\./);
  });

  test('names the user and the cause under a heading', () => {
    expect(text()).toContain('\nNEW: alice (rotation-not-finished)\n----------------------------------\n');
  });

  test('underlines the longest line of a heading', () => {
    const [, heading] = mailOf([named('n'.repeat(64))]).split('\n\n\n');
    expect(heading).toMatch(/^NEW: n{64}\n\(rotation-not-finished\)\n-{69}\n/);
  });

  test('tells the keys oldest first, with age, last use and verdict', () => {
    expect(text()).toContain(`2 active keys, oldest first:
  AKIAOLDER00000000001
    created 2026-01-27 (300 days ago); last used 2026-08-25 (90 days ago) by
    s3 in eu-central-1
    -> idle: turn it off
  AKIANEWER00000000002
    created 2026-08-15 (100 days ago); last used 2026-11-22 (yesterday) by
    s3 in eu-central-1
    -> in use: do not turn it off
`);
  });

  test('gives the command and its undo, and links to the user and to all findings', () => {
    const lines = text().split('\n');
    const command = `aws iam update-access-key --user-name='alice' --access-key-id=${older.id} --status=`;
    expect(lines).toContain(`${command}Inactive`);
    expect(lines).toContain(`${command}Active`);
    expect(lines.filter((line) => CONSOLE_LINK.test(line))).toHaveLength(2);
  });

  test('holds no Terraform, which is in the finding', () => {
    expect(text()).not.toMatch(/resource|import \{/);
  });

  test('says what happens next, and how to silence a user', () => {
    expect(unwrapped(text())).toMatch(/again every 7 days.*SUPPRESSED.*NOTIFIED/);
    expect(mailOf([failureItem()], { config: config({ reminderDays: 0 }) })).not.toContain('again every');
    expect(unwrapped(mailOf([failureItem()], { config: config({ reminderDays: 1 }) }))).toContain('again every 1 day ');
  });

  test('tells path, owners and descriptions, where there are any', () => {
    const user = iamUser({ path: '/team/a/' });
    const tags = [
      { key: 'Owner', value: 'team-a@example.com' },
      { key: older.id, value: 'build server' },
    ];
    const withTags = mailOf([failureItem({ failing: failingUser({ user, tags }) })]);
    expect(withTags).toContain('\nPath: /team/a/\nTags: Owner "team-a@example.com"\n');
    expect(withTags).toContain('  AKIAOLDER00000000001 "build server"\n');
  });

  test('says so when tags or the last use could not be read', () => {
    const keys = [older, usedKey({ ...newer, lastUse: UNREADABLE })];
    const unknown = mailOf([failureItem({ failing: failingUser({ keys, tags: undefined }) })]);
    expect(unknown).toContain('\nTags: could not be read\n');
    expect(unwrapped(unknown)).toContain('last use could not be read (AccessDenied)');
    expect(unknown).not.toContain('aws iam update-access-key');
  });

  test('says that a command is a choice where it turns off a key that could be adopted instead', () => {
    const keys = [usedKey({ ...older, lastUse: used(1) }), usedKey({ ...newer, lastUse: NEVER })];
    expect(mailOf([failureItem({ failing: failingUser({ keys }) })])).toMatch(
      /\nOnly if .*:\naws iam update-access-key .*AKIANEWER00000000002/,
    );
  });

  test('names every user, also many', () => {
    const names = Array.from({ length: 30 }, (_, i) => `user-${i}`);
    const long = mailOf(names.map(named));
    expect(names.filter((name) => !long.includes(`\nNEW: ${name} (`))).toEqual([]);
  });

  test('says how many it leaves out', () => {
    const shortened = mail(alertOf([named('alice'), named('bob'), named('carol')]), 1);
    expect(shortened).toMatch(/… and 2 more, see Security Hub/);
    expect([shortened.includes('NEW: alice'), shortened.includes('bob')]).toEqual([true, false]);
  });

  test('tells the first ten of a user with more keys, and how many more there are', () => {
    const keys = Array.from({ length: 13 }, (_, i) => usedKey({ id: `AKIAMANY${i + 10}`, createDate: ago(90 - i) }));
    const many = mailOf([failureItem({ failing: failingUser({ keys }) })]);
    expect(many).toContain('13 active keys, oldest first:');
    expect(many).toMatch(/\n\s*and 3 more, see Security Hub\n\nWhat to do/);
    expect(many.match(/^ {2}AKIAMANY\d+$/gm)).toHaveLength(10);
    expect(many.match(/^aws iam .*Inactive$/gm)).toHaveLength(10);
  });

  test('says how many commands it leaves out', () => {
    const keys = Array.from({ length: 13 }, (_, i) => usedKey({ id: `AKIAMANY${i + 10}`, createDate: ago(90 - i) }));
    const many = mailOf([failureItem({ failing: failingUser({ keys }) })]);
    const afterCommands = many.slice(many.lastIndexOf('--status=Inactive'), many.indexOf('Undo:'));
    expect(afterCommands).toMatch(/2 more/);
  });

  test('names the first five who could not be read, and how many more there are', () => {
    const unreadable = Array.from({ length: 7 }, (_, i) => ({ userName: `u${i}`, reason: 'no' }));
    expect(unwrapped(mailOf([failureItem()], { unreadable, listed: 8 }))).toContain('u4 (no) and 2 more.');
  });
});

describe('a mail tells', () => {
  const stored = storedFinding({ firstObservedAt: '2026-10-05T06:00:00Z' });

  test('which keys are new and which are gone since the last alert', () => {
    const item = failureItem({ news: 'keys-changed', stored, told: told({ activeKeyIds: [older.id, 'AKIAGONE'] }) });
    const text = unwrapped(mailOf([item]));
    expect(text).toContain('KEYS CHANGED: alice');
    expect(text).toContain('Since the alert of 2026-11-22: AKIANEWER00000000002 is new, AKIAGONE is no longer active.');
  });

  test('that a failure had been resolved, and since when it is known', () => {
    const text = unwrapped(mailOf([failureItem({ news: 'failing-again', stored, told: told({ status: 'PASSED' }) })]));
    expect(text).toContain('FAILING AGAIN: alice');
    expect(text).toContain('This had been resolved. It was first seen on 2026-10-05.');
  });

  test('of a reminder when it was last told, and since when it is known', () => {
    const text = unwrapped(mailOf([failureItem({ news: 'still-open', stored, told: told({ at: ago(7) }) })]));
    expect(text).toContain('STILL OPEN: alice');
    expect(text).toMatch(/2026-10-05.*2026-11-16/);
  });

  test('of a resolution whether a key was turned off or the user deleted, and what comes next', () => {
    const off = unwrapped(mailOf([resolvedItem()]));
    const deleted = unwrapped(mailOf([resolvedItem({ reason: 'user deleted' })]));
    expect(off).toMatch(
      /RESOLVED: alice -+ User alice has at most one active access key left: .*deactivated or deleted/,
    );
    expect(off).toMatch(/In the console: https:\S+\/alice\?section=security_credentials/);
    expect(deleted).not.toContain('In the console:');
    expect(deleted).toMatch(/RESOLVED: alice -+ The user was deleted/);
    expect(off).toContain(
      'What happens next: the check runs again on its schedule, and tells you if one of these users fails again.',
    );
    expect(off + deleted).not.toMatch(/aws iam/);
  });

  test('that nothing was recorded and why, and that suppressed users are among them', () => {
    const text = mailOf([failureItem({ news: 'failing' })], { unrecorded: 'InvalidAccessException: not subscribed' });
    expect(unwrapped(text)).toMatch(/NOTHING WAS RECORDED.*InvalidAccessException: not subscribed.*suppress/);
    expect(text).toContain('FAILING: alice');
    expect(text).not.toContain('What happens next');
  });

  test('how to enable Security Hub only where it is not enabled', () => {
    const command = 'aws securityhub enable-security-hub --no-enable-default-standards --region=eu-central-1';
    const linesFor = (unrecorded: string) => mailOf([failureItem({ news: 'failing' })], { unrecorded }).split('\n');
    expect(linesFor('InvalidAccessException: not subscribed')).toContain(command);
    expect(linesFor('AccessDeniedException: no')).not.toContain(command);
    expect(linesFor('AccessDeniedException: no').slice(7, 10)).toEqual([
      'Security Hub can be read.',
      '',
      '1 user fails now; 1 of 1 user was read.',
    ]);
  });
});

describe('wrapped text', () => {
  test('has at most 76 columns, its indent among them, and loses no word', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('', '  ', '    '), (text, indent) => {
        const line = text.replace(/[\n\r\u2028\u2029]/g, ' ');
        const lines = wrap(line, indent);
        expect(lines.filter((each) => !each.startsWith(indent) || each.length > 76)).toEqual([]);
        expect(lines.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''));
      }),
    );
  });

  test('fills its lines', () => {
    expect(wrap(`${'x'.repeat(70)} 12345 next`)).toEqual([`${'x'.repeat(70)} 12345`, 'next']);
    expect(wrap(`${'x'.repeat(70)} 123456`)).toEqual(['x'.repeat(70), '123456']);
  });

  test('breaks a word that is longer than a line, but never an ARN', () => {
    const arn = `arn:aws:sts::111122223333:assumed-role/${'x'.repeat(90)}`;
    expect(wrap(`a ${'x'.repeat(80)}`)).toEqual(['a', 'x'.repeat(76), 'xxxx']);
    expect(wrap(`User: ${arn} may not`)).toEqual(['User:', arn, 'may not']);
  });

  test('breaks what would be a link if it were ours', () => {
    expect(wrap(`https[:]//${'x'.repeat(70)}`)).toEqual([`https[:]//${'x'.repeat(66)}`, 'xxxx']);
  });

  test('breaks a long word of emoji between two of them, by how wide they are', () => {
    expect(wrap('🔑'.repeat(50))).toEqual(['🔑'.repeat(38), '🔑'.repeat(12)]);
    expect(wrap(`x${'🔑'.repeat(40)}`)).toEqual([`x${'🔑'.repeat(37)}`, '🔑'.repeat(3)]);
  });

  test('of nothing is no line', () => {
    expect([wrap(''), wrap('  ')]).toEqual([[], []]);
  });
});

/** Lines that may be longer than 76 columns. */
const isUnbroken = (line: string) => COMMAND.test(line) || CONSOLE_LINK.test(line) || /(^|\s)\W?arn:\S+$/.test(line);

test('whatever names, paths, tags and messages hold, a mail keeps its layout and holds no foreign link', () => {
  const alerts = fc.record({
    failing: fc.array(failingUsers(), { minLength: 1, maxLength: 3 }),
    unreadable: fc.array(fc.record({ userName: userNames, reason: texts }), { maxLength: 7 }),
    unrecorded: fc.option(
      texts.map((text) => reasonOf(new Error(text))),
      { nil: undefined },
    ),
  });
  fc.assert(
    fc.property(alerts, ({ failing, unreadable, unrecorded }) => {
      const items = failing.map((user) => failureItem({ failing: user }));
      const lines = mailOf(items, { unreadable, unrecorded }).split('\n');
      const links = lines.filter((line) => CONSOLE_LINK.test(line));
      expect(lines.filter((line) => [...line].length > 76 && !isUnbroken(line))).toEqual([]);
      expect(lines.filter((line) => UNSAFE.test(line))).toEqual([]);
      expect(lines.filter((line) => line.includes('://'))).toEqual(links);
      expect(links).toHaveLength(failing.length + 1);
      const missing = failing.filter(({ user }) => !lines.some((line) => line.includes(plainName(user.userName))));
      expect(missing).toEqual([]);
    }),
    { numRuns: 80 },
  );
});

test('a mail about one user has as many blank and heading lines whatever text its tags hold', () => {
  const shapeOf = (text: string) => {
    const tags = [
      { key: 'owner', value: text },
      { key: older.id, value: text },
    ];
    const lines = mailOf([failureItem({ failing: failingUser({ tags }) })]).split('\n');
    return [lines.filter((line) => line === '').length, lines.filter((line) => /^-+$/.test(line)).length];
  };
  const expected = shapeOf('someone');
  for (const text of HOSTILE_TEXTS.filter((each) => /\S/.test(each))) expect(shapeOf(text)).toEqual(expected);
});

test('the keys of any user come oldest first', () => {
  fc.assert(
    fc.property(failingUsers(), (failing) => {
      const text = mailOf([failureItem({ failing })]);
      const list = text.slice(text.indexOf('oldest first:'));
      const places = failing.keys.slice(0, 10).map(({ id }) => list.search(new RegExp(`^ {2}${id}\\b`, 'm')));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      expect(places[0]).toBeGreaterThan(0);
    }),
    { numRuns: 60 },
  );
});
