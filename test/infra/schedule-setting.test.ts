import { describe, expect, test } from 'vitest';
import { scheduleIn, TIME_ZONE } from '../../infra/schedule-setting.ts';

const hours = (expression: string, timeZone = 'UTC') => scheduleIn(timeZone).parse(expression)?.longestGapHours;

describe('the longest time between two runs is', () => {
  test.each([
    ['a day for a daily run', 'cron(0 6 * * ? *)', 24],
    ['a day for rate(1 day)', 'rate(1 day)', 24],
    ['as many hours as the rate says', 'rate(36 hours)', 36],
    ['a quarter of an hour for the most frequent rate', 'rate(15 minutes)', 0.25],
    ['a quarter of an hour for the most frequent cron', 'cron(*/15 * * * ? *)', 0.25],
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
  ['in one year only', 'cron(0 6 * * ? 2030)'],
  ['on the last day of the month', 'cron(0 6 L * ? *)'],
  ['on the second Monday', 'cron(0 6 ? * 2#2 *)'],
  ['on the working day nearest the first', 'cron(0 6 1W * ? *)'],
  ['every minute', 'cron(* * * * ? *)'],
  ['twice within a quarter of an hour', 'cron(0,14 6 * * ? *)'],
  ['every 14 minutes', 'rate(14 minutes)'],
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

test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Port-au-Prince', 'Etc/GMT+1'])(
  '%s is a time zone',
  (name) => {
    expect(TIME_ZONE.parse(name)).toBe(name);
  },
);

test.each(['', 'utc', 'europe/berlin', 'Berlin', '+02:00', 'Mars/Olympus'])('"%s" is no time zone', (name) => {
  expect(TIME_ZONE.parse(name)).toBeUndefined();
});
