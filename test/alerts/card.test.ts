import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert, Item } from '../../lambda/alerts/alert.ts';
import { card } from '../../lambda/alerts/card.ts';
import {
  ago,
  alertOf,
  config,
  failingUser,
  failureItem,
  iamUser,
  newer,
  older,
  resolvedItem,
  used,
  usedKey,
} from '../builders.ts';
import { failingUsers, HOSTILE_TEXTS } from '../check/arbitraries.ts';
import { COMMAND, CONSOLE_LINK, UNSAFE } from './lines.ts';

const cardOf = (items: readonly Item[], fields: Partial<Alert> = {}) => JSON.parse(card(alertOf(items, fields)));
const descriptionOf = (...args: Parameters<typeof cardOf>): string => cardOf(...args).content.description;
const named = (userName: string) => failureItem({ failing: failingUser({ user: iamUser({ userName }) }) });

describe('a card', () => {
  test('has the schema that Amazon Q Developer renders', () => {
    expect(cardOf([failureItem()])).toEqual({
      version: '1.0',
      source: 'custom',
      content: {
        textType: 'client-markdown',
        title: 'AWS-IAM-009: 1 new in account 111122223333',
        description: expect.stringMatching(/\S/),
        nextSteps: [
          expect.stringMatching(/\S/),
          expect.stringContaining('https://eu-central-1.console.aws.amazon.com/'),
        ],
        keywords: ['AWS-IAM-009', '111122223333', 'eu-central-1'],
      },
      metadata: {
        summary: 'Multiple active access keys: 1 new',
        eventType: 'AWS-IAM-009',
      },
    });
  });

  test('tells totals, the user, the cause, each key with its verdict, the command, its undo and a link', () => {
    const lines = descriptionOf([failureItem()], { failing: 2, listed: 9 }).split('\n');
    expect(lines[0]).toMatch(/^2 users fail now.* 9 of 9 users were read\.$/);
    expect(lines).toContain('*NEW* `alice` (rotation-not-finished)');
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^• `AKIAOLDER00000000001` created .*last used .*\*idle: turn it off\*$/),
        expect.stringMatching(/^• `AKIANEWER00000000002` created .*\*in use: do not turn it off\*$/),
        expect.stringMatching(/^Turn off: `aws iam .*--access-key-id=AKIAOLDER00000000001 --status=Inactive`$/),
        expect.stringMatching(/^Undo: `aws iam .*--access-key-id=AKIAOLDER00000000001 --status=Active`$/),
      ]),
    );
    expect(CONSOLE_LINK.test(lines.at(-1) ?? '')).toBe(true);
  });

  test('tells owners and what keys are for', () => {
    const tags = [
      { key: 'Owner', value: 'team-a' },
      { key: older.id, value: 'build server' },
    ];
    const text = descriptionOf([failureItem({ failing: failingUser({ tags }) })]);
    expect(text).toContain('(rotation-not-finished) `Owner: team-a`\n');
    expect(text).toContain('`AKIAOLDER00000000001` `build server` created');
  });

  test('gives no command where no key is safe to turn off', () => {
    const keys = [usedKey({ ...older, lastUse: used(1) }), newer];
    const text = descriptionOf([failureItem({ failing: failingUser({ keys }) })]);
    expect(text).not.toContain('aws iam');
    expect(text.split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^No key in use is safe to turn off\./),
      expect.stringMatching(/^https:/),
    ]);
  });

  test('gives no command for a name that would break out of it, which IAM does not allow', () => {
    const text = descriptionOf([named('a`b')]);
    expect(text).toContain("`a'b`");
    expect(text).not.toContain('aws iam');
  });

  test('tells how a failure ended', () => {
    const deleted = resolvedItem({ reason: 'user deleted', userName: 'bob' });
    const text = descriptionOf([resolvedItem(), deleted]);
    expect(text).toContain('*RESOLVED* `alice`: key deactivated or deleted');
    expect(text).toContain('*RESOLVED* `bob`: user deleted');
    expect(text).not.toContain('/users/details/bob');
  });

  test('says what happens next if anything fails, and else only where to look', () => {
    const stepsFor = (...items: Item[]) => cardOf(items).content.nextSteps.length;
    expect([stepsFor(failureItem(), resolvedItem()), stepsFor(resolvedItem())]).toEqual([2, 1]);
  });

  test('says first if nothing was recorded', () => {
    const { description, nextSteps } = cardOf([failureItem({ news: 'failing' })], {
      unrecorded: 'AccessDenied: no',
    }).content;
    expect(description).toMatch(/^\*Nothing was recorded: .* could not be read\.\* AccessDenied: no\n/);
    expect(description).toMatch(/also those you have suppressed.* sent again at every run/);
    expect(nextSteps).toEqual([expect.stringMatching(/^All findings: /)]);
  });

  test('says how to enable Security Hub where it is not', () => {
    const [step] = cardOf([failureItem({ news: 'failing' })], { unrecorded: 'InvalidAccessException: no' }).content
      .nextSteps;
    expect(step).toMatch(/^Enable it: `aws securityhub enable-security-hub .*--region=eu-central-1`$/);
  });

  test('names users who could not be read', () => {
    const unreadable = ['a', 'b', 'c', 'd'].map((userName) => ({ userName, reason: 'denied' }));
    expect(descriptionOf([failureItem()], { unreadable })).toContain(
      '*Not known*, because their keys could not be read: `a`, `b`, `c` and 1 more.',
    );
  });

  test('tells the first four keys of a user, and how many more there are', () => {
    const keys = Array.from({ length: 8 }, (_, i) => usedKey({ id: `AKIAMANY${i}`, createDate: ago(90 - i) }));
    const text = descriptionOf([failureItem({ failing: failingUser({ keys }) })]);
    expect(text.match(/^• `AKIAMANY\d`/gm)).toHaveLength(4);
    expect(text.match(/^• `AKIAMANY[0-3]`/gm)).toHaveLength(4);
    expect(text).toContain('\n• and 4 more\n');
  });

  test('says how many commands it leaves out', () => {
    const keys = [usedKey({ id: 'AKIA1', createDate: ago(400) }), older, newer];
    expect(descriptionOf([failureItem({ failing: failingUser({ keys }) })])).toMatch(/--status=Inactive`[\s\S]*1 more/);
  });

  test('tells as many users as fit and how many more there are', () => {
    const names = Array.from({ length: 100 }, (_, i) => `user-${i}`);
    const text = descriptionOf(names.map(named));
    const shown = names.filter((name) => text.includes(`*NEW* \`${name}\` `)).length;
    expect(shown).toBeGreaterThan(0);
    expect(text).toContain(`Also \`user-${shown}\`, `);
    expect(text).toContain(` and ${100 - shown - 3} more, see Security Hub.`);
    expect(text).not.toContain('… and more');
    expect(text.length).toBeLessThanOrEqual(2500);
  });

  test('links to the console of its partition', () => {
    const text = JSON.stringify(
      cardOf([failureItem()], { config: config({ partition: 'aws-us-gov', region: 'us-gov-west-1' }) }),
    );
    expect(text).toContain('https://us-gov-west-1.console.amazonaws-us-gov.com/securityhub');
    expect(text).not.toContain('aws.amazon.com');
  });
});

/** A description without what a chat client takes to the letter: code spans, our commands and our links. */
function marked(text: string): string {
  return text
    .split('\n')
    .filter((line) => !CONSOLE_LINK.test(line))
    .join('\n')
    .replace(/`[^`\n]*`/g, '');
}

test('whatever names and tags hold, a card pings nobody, links nowhere else and keeps its layout', () => {
  fc.assert(
    fc.property(fc.array(failingUsers(), { minLength: 1, maxLength: 3 }), (failing) => {
      const text = descriptionOf(failing.map((user) => failureItem({ failing: user })));
      expect(text.length).toBeLessThanOrEqual(2500);
      expect(text.split('\n').filter((line) => UNSAFE.test(line))).toEqual([]);
      expect(marked(text)).not.toMatch(/[`<>~|]|@(here|channel|everyone)|:\/\//i);
      // Bold is only ours: labels and verdicts.
      expect(
        marked(text)
          .match(/\*[^*\n]*\*/g)
          ?.filter((bold) => /evil|bold|struck/.test(bold)) ?? [],
      ).toEqual([]);
      const commands = text.match(/(?<=`)aws iam [^`\n]*(?=`)/g) ?? [];
      expect(commands.filter((command) => !COMMAND.test(command))).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('a card about one user has as many lines whatever text its tags and the service hold', () => {
  const linesOf = (text: string) => {
    const tags = [
      { key: 'owner', value: text },
      { key: older.id, value: text },
    ];
    const keys = [usedKey({ ...older, lastUse: used(90, text, text) }), newer];
    return descriptionOf([failureItem({ failing: failingUser({ tags, keys }) })]).split('\n').length;
  };
  expect(new Set(HOSTILE_TEXTS.map(linesOf)).size).toBe(1);
});

test('a user alone in an alert is shown', () => {
  fc.assert(
    fc.property(failingUsers(), (failing) => {
      expect(descriptionOf([failureItem({ failing })])).toContain(`*NEW* \``);
    }),
  );
});

describe('a user with the longest name, tags and services', () => {
  const keys = [1, 2, 3, 4, 5].map((i) =>
    usedKey({
      id: `AKIALONG${i}`.padEnd(20, 'X'),
      createDate: ago(4000 - i),
      lastUse: used(i > 1 ? i : 3000, 's'.repeat(40), 'r'.repeat(40)),
    }),
  );
  const tags = [
    ...keys.map(({ id }) => ({ key: id, value: 'd'.repeat(256) })),
    ...[1, 2].map((i) => ({ key: `owner-${i}-`.padEnd(128, 'k'), value: 'v'.repeat(256) })),
  ];
  const user = iamUser({ userName: '@'.repeat(64) });
  const text = descriptionOf([failureItem({ failing: failingUser({ user, keys, tags }) })]);

  test('is shown if alone in an alert, in whole lines', () => {
    expect(text).toContain('*NEW* `');
    expect(text.length).toBeLessThanOrEqual(2500);
    expect(text.split('\n').filter((line) => (line.match(/`/g) ?? []).length % 2 > 0)).toEqual([]);
  });

  test('is not cut in silence', () => {
    const last = text.split('\n').at(-1) ?? '';
    expect(CONSOLE_LINK.test(last) || /see (Security Hub|the mail)|…$/.test(last)).toBe(true);
  });
});

test('a card about many users with the longest names is short enough', () => {
  const names = [
    ...Array.from({ length: 9 }, (_, i) => `${i}`.padEnd(64, 'x')),
    ...Array.from({ length: 9 }, () => `www.${'aa.'.repeat(19)}aa`),
  ];
  for (let shown = 0; shown < names.length; shown++) {
    expect(descriptionOf(names.slice(shown).map(named)).length).toBeLessThanOrEqual(2500);
  }
});
