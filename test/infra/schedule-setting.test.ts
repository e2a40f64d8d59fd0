import { describe, expect, test } from 'vitest';
import { scheduleIn, TIME_ZONE } from '../../infra/schedule-setting.ts';

const hours = (expression: string, timeZone = 'UTC') => scheduleIn(timeZone).parse(expression)?.longestGapHours;

describe('the longest time between two runs is', () => {
  test.each([
    ['a day for a daily run', 'cron(0 6 * * ? *)', 24],
    ['a day for rate(1 day)', 'rate(1 day)', 24],
    ['as many hours as the rate says', 'rate(36 hours)', 36],
    ['a minute for the most frequent rate', 'rate(1 minute)', 1 / 60],
    ['a minute for the most frequent cron', 'cron(* * * * ? *)', 1 / 60],
    ['a quarter of an hour for every quarter of an hour', 'cron(*/15 * * * ? *)', 0.25],
    ['the rest of the day, for every minute of an hour', 'cron(* 6 * * ? *)', 23 + 1 / 60],
    ['the night, for runs in office hours', 'cron(0 8-18/2 * * ? *)', 14],
    ['the weekend, for runs on working days', 'cron(0 6 ? * MON-FRI *)', 72],
    ['that between the last and the first day of two months', 'cron(0 6 */5 * ? *)', 120],
    ['six days for two days in a row each week', 'cron(0 6 ? * SUN,MON *)', 144],
    ['six days for rate(6 days)', 'rate(6 days)', 144],
    ['six days across a month of 30 days', 'cron(0 6 1,7,13,19,25,31 * ? *)', 144],
  ])('%s', (_, expression, expected) => {
    expect(hours(expression)).toBe(expected);
  });

  test('an hour longer where summer time ends', () => {
    expect(hours('cron(0 6 * * ? *)', 'Europe/Berlin')).toBe(25);
    expect(hours('cron(0 6 ? * SUN,MON *)', 'America/New_York')).toBe(145);
  });

  test('a day longer where the clock skips the time of the run in spring', () => {
    expect(hours('cron(30 2 * * ? *)', 'Europe/Berlin')).toBe(47);
    expect(hours('cron(30 2 * * ? *)', 'UTC')).toBe(24);
  });

  test('the hour that the clock shows twice in autumn, which runs once', () => {
    expect(hours('cron(* * * * ? *)', 'Europe/Berlin')).toBe(1 + 1 / 60);
    expect(hours('cron(*/15 * * * ? *)', 'Australia/Lord_Howe')).toBe(0.75);
  });

  test('not changed by summer time for a rate', () => {
    expect(hours('rate(1 day)', 'Europe/Berlin')).toBe(24);
  });
});

test.each([
  ['weekly', 'cron(0 6 ? * MON *)'],
  ['weekly by rate', 'rate(7 days)'],
  ['monthly', 'cron(0 6 1 * ? *)'],
  ['on days that leave a week in a month of 31 days', 'cron(0 6 1,7,13,19,25 * ? *)'],
  ['in some months only', 'cron(0 6 * 1-11 ? *)'],
  ['on a day that never comes', 'cron(0 6 30,31 2 ? *)'],
  ['on 29 February', 'cron(0 6 29 2 ? *)'],
  ['on 29 February, twice', 'cron(0 6,7 29 2 ? *)'],
  ['in one year only', 'cron(0 6 * * ? 2030)'],
  ['on the last day of the month', 'cron(0 6 L * ? *)'],
  ['on the second Monday', 'cron(0 6 ? * 2#2 *)'],
  ['on the working day nearest the first', 'cron(0 6 1W * ? *)'],
  ['at a minute that does not exist', 'cron(60 6 * * ? *)'],
  ['at an hour that does not exist', 'cron(0 24 * * ? *)'],
  ['on day 0', 'cron(0 6 0 * ? *)'],
  ['on weekday 8', 'cron(0 6 ? * 8 *)'],
  ['on a weekday of no calendar', 'cron(0 6 ? * MOO *)'],
  ['in a range that ends before it begins', 'cron(0 18-8 * * ? *)'],
  ['in steps of zero', 'cron(0/0 6 * * ? *)'],
  ['with both days set', 'cron(0 6 * * * *)'],
  ['with neither day set', 'cron(0 6 ? * ? *)'],
  ['with five fields', 'cron(0 6 * * ?)'],
  ['with seven fields', 'cron(0 6 * * ? * *)'],
  ['with an empty field', 'cron(0  6 * * ? *)'],
  ['once', 'at(2030-01-01T06:00:00)'],
  ['by a unit in the wrong number', 'rate(1 days)'],
  ['by a unit in the wrong number, again', 'rate(2 day)'],
  ['by no unit', 'rate(2 weeks)'],
  ['every 0 hours', 'rate(0 hours)'],
  ['in words', 'daily'],
])('a schedule %s is refused', (_, expression) => {
  expect(hours(expression)).toBeUndefined();
});

test('the runs of two years are looked at in no time, however many they are', () => {
  const started = performance.now();
  hours('cron(* * * * ? *)', 'America/New_York');
  expect(performance.now() - started).toBeLessThan(1_000);
});

describe('runs may overlap', () => {
  const mayOverlap = (expression: string, timeZone = 'UTC') => scheduleIn(timeZone).parse(expression)?.mayOverlap;

  test.each([
    ['rate(14 minutes)', true],
    ['rate(15 minutes)', false],
    ['cron(0,14 6 * * ? *)', true],
    ['cron(*/15 * * * ? *)', false],
    ['cron(0 6 * * ? *)', false],
    ['cron(55 23 * * ? *)', false],
    ['cron(0,55 0,23 * * ? *)', true],
  ])('with %s: %s', (expression, expected) => {
    expect(mayOverlap(expression)).toBe(expected);
  });

  test('where the clock jumps from one to the next in spring', () => {
    expect(mayOverlap('cron(0,55 1,3 * * ? *)', 'Europe/Berlin')).toBe(true);
    expect(mayOverlap('cron(0,55 1,3 * * ? *)', 'UTC')).toBe(false);
  });
});

describe('a schedule that runs too rarely is told how long it pauses', () => {
  const why = (expression: string, timeZone = 'UTC') => scheduleIn(timeZone).explain(expression);
  const rule = 'the check must run at least once in 6 days, as no alarm could watch less';

  test.each([
    ['cron(0 6 ? * MON *)', 'UTC', `it pauses for 7 days in UTC, and ${rule}`],
    ['cron(0 6 ? * MON *)', 'Europe/Berlin', `it pauses for 7 days and 1 hour in Europe/Berlin, and ${rule}`],
    ['rate(7 days)', 'Europe/Berlin', `it pauses for 7 days, and ${rule}`],
    ['rate(146 hours)', 'UTC', `it pauses for 6 days and 2 hours, and ${rule}`],
  ])('%s in %s', (expression, timeZone, expected) => {
    expect(why(expression, timeZone)).toBe(expected);
  });

  test.each(['cron(0 6 * * ? *)', 'rate(6 days)', 'daily', 'rate(2 weeks)', 'cron(0 6 L * ? *)'])(
    'and %s is not: it is fine, or no schedule at all',
    (expression) => {
      expect(why(expression)).toBeUndefined();
    },
  );
});

test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Port-au-Prince', 'Etc/GMT+1', 'EST5EDT'])(
  '%s is a time zone',
  (name) => {
    expect(TIME_ZONE.parse(name)).toBe(name);
  },
);

test.each(['', 'utc', 'europe/berlin', 'Asia/kolkata', 'ASIA/KOLKATA', 'Berlin', '+02:00', 'Mars/Olympus'])(
  '"%s" is no time zone',
  (name) => {
    expect(TIME_ZONE.parse(name)).toBeUndefined();
  },
);
