import { describe, expect, test } from 'vitest';
import { boundSeconds, callsNeeded } from './bound.ts';
import { COLUMNS, median, resultsOf } from './comparison.ts';
import { figuresOf } from './journal.ts';
import type { Measurement } from './measure.ts';
import { mixesOf, parseOptions } from './options.ts';
import { withTable } from './performance-page.ts';
import { PROFILES } from './profiles.ts';
import { toMarkdown, toText } from './table.ts';

describe('the bound', () => {
  test('counts each user once, three calls more for each that fails, and the largest pages', () => {
    expect(callsNeeded({ users: 5000, failing: 100 })).toEqual({
      iam: 5 + 5000 + 300,
      GetFindings: 1,
      BatchImportFindings: 1,
    });
  });

  test('counts only those read live, and the report, where who is read is narrowed', () => {
    expect(callsNeeded({ users: 5000, failing: 100 }, 100).iam).toBe(5 + 3 + 100 + 300);
  });

  test('is what the slowest rate allows beyond its burst', () => {
    const calls = { iam: 5305, GetFindings: 1, BatchImportFindings: 1 };
    expect(boundSeconds(calls, PROFILES.rated, 10)).toBe((5305 - 100) / 20);
  });

  test('is the latency of all calls over those under way at once where no rate binds', () => {
    const calls = { iam: 100, GetFindings: 1, BatchImportFindings: 1 };
    expect(boundSeconds(calls, PROFILES.unrated, 10)).toBeCloseTo((100 * 0.03 + 2 * 0.08) / 10);
    expect(boundSeconds({ ...calls, iam: 50 }, PROFILES.rated, 10)).toBeCloseTo((50 * 0.03 + 2 * 0.08) / 10);
  });
});

describe('the figures of a run', () => {
  const call = { service: 'iam', operation: 'ListAccessKeys', status: 200, at: 0 } as const;
  const throttled = { ...call, status: 400, errorCode: 'Throttling' };
  const view = { userNames: ['a', 'b'], failing: ['arn:a'], found: ['arn:a'], published: 1 };

  test('name as lost whoever was asked for and never answered, whatever the run says', () => {
    const journal = [
      { ...call, userName: 'a' },
      { ...throttled, userName: 'b' },
    ];
    expect(figuresOf({ ...view, journal })).toEqual({ calls: 2, throttled: 1, lost: 1, wrong: 0 });
  });

  test('count a credential report as a reading of everybody', () => {
    const journal = [{ ...call, operation: 'GetCredentialReport', userName: undefined }];
    expect(figuresOf({ ...view, journal }).lost).toBe(0);
  });

  test('count findings that are missing and findings that are not true', () => {
    expect(figuresOf({ ...view, journal: [], found: ['arn:b'] }).wrong).toBe(2);
  });
});

describe('the results', () => {
  const run: Measurement = {
    contestant: 'plain',
    mix: { users: 10, failing: 1 },
    profile: 'rated',
    ...{ calls: 14, throttled: 0, lost: 0, wrong: 0, unreadable: 0, error: undefined },
    ...{ seconds: 4, cpuSeconds: 1, peakMegabytes: 100, boundSeconds: 2 },
    view: { journal: [], userNames: [], failing: [], found: [], published: 0 },
  };

  test('are medians, but the worst of what must not happen', () => {
    const [result] = resultsOf([run, { ...run, seconds: 9, lost: 2 }, { ...run, seconds: 5 }]);
    expect(result).toMatchObject({ seconds: 5, lost: 2, wrong: 0 });
    expect(median([3, 1, 2, 4])).toBe(2);
  });

  test('compare with the plain way in the same account only', () => {
    const other = { ...run, contestant: 'ours', seconds: 1 };
    const [, same, elsewhere] = resultsOf([run, other, { ...other, profile: 'unrated' }]);
    expect(same?.speedUp).toBe(4);
    expect(elsewhere?.speedUp).toBeUndefined();
  });

  test('say so where the run and the journal disagree about who was lost', () => {
    const text = toText(COLUMNS, resultsOf([{ ...run, lost: 3 }]));
    expect(text).toContain('3 (says 0)');
  });
});

test('a table has its numbers to the right, in text and in Markdown', () => {
  const columns = [
    { heading: 'who', cell: ({ who }: { who: string; calls: number }) => who, isText: true },
    { heading: 'calls', cell: ({ calls }: { calls: number }) => String(calls) },
  ];
  const rows = [
    { who: 'ours', calls: 5 },
    { who: 'plain', calls: 1234567 },
  ];
  expect(toText(columns, rows)).toBe('who      calls\nours         5\nplain  1234567');
  expect(toMarkdown(columns, rows)).toBe('| who | calls |\n| --- | --: |\n| ours | 5 |\n| plain | 1234567 |');
});

describe('the page', () => {
  test('gets a table between its markers, again and again', () => {
    const page = 'before\n<!-- bench:rated -->\nold\n<!-- /bench:rated -->\nafter\n';
    const written = withTable(page, 'rated', '| new |');
    expect(written).toBe('before\n<!-- bench:rated -->\n| new |\n<!-- /bench:rated -->\nafter\n');
    expect(withTable(written, 'rated', '| new |')).toBe(written);
  });

  test('is refused when it has no place for the table', () => {
    expect(() => withTable('', 'rated', '')).toThrow('the page has no table <!-- bench:rated -->');
  });
});

describe('the options', () => {
  test('measure every size with every share once', () => {
    expect(mixesOf([10, 1000], [0, 2], 10)).toEqual([
      { users: 10, failing: 0, withInactiveKey: 1 },
      { users: 1000, failing: 0, withInactiveKey: 100 },
      { users: 1000, failing: 20, withInactiveKey: 98 },
    ]);
  });

  test.each([['--users', '5,x'], ['--profile', 'fast'], ['--nonsense']])('refuse %s %s', (...args) => {
    expect(() => parseOptions(args)).toThrow(TypeError);
  });
});
