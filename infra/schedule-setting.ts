import type { Setting } from '../lambda/config.ts';
import { type Cron, parseCron, runsOf } from './cron.ts';

/** When the check runs, and how long it may be quiet between two runs. */
export interface Schedule {
  readonly expression: string;
  readonly timeZone: string;
  readonly longestGapHours: number;
}

const HOUR_MS = 3_600_000;
const UNIT_HOURS = { minute: 1 / 60, hour: 1, day: 24 } as const;
const MOST_RUNS_A_DAY = 96;

/** Six days, and for a cron the hour by which the day lengthens when summer time ends: an alarm can watch seven at most. */
const LONGEST_GAP_HOURS = { rate: 6 * 24, cron: 6 * 24 + 1 };

/** The function's own time limit: more often, and runs would overlap and repeat each other's alerts. */
const SHORTEST_GAP_HOURS = 0.25;

/** Two years, one of them a leap year; the calendar and the clocks of any other two differ by nothing that matters here. */
const YEARS = { start: Date.UTC(2028, 0, 1), end: Date.UTC(2030, 0, 1) };

/** A time zone as EventBridge Scheduler knows it. */
export const TIME_ZONE: Setting<string> = {
  fallback: 'UTC',
  allowed: 'a time zone of the IANA database as it is spelled there, like UTC or Europe/Berlin',
  parse: (text) => (isTimeZone(text) ? text : undefined),
};

/** A schedule in a time zone, which the heartbeat alarm can watch. */
export function scheduleIn(timeZone: string): Setting<Schedule> {
  return {
    fallback: { expression: 'cron(0 6 * * ? *)', timeZone, longestGapHours: longestGap('cron(0 6 * * ? *)', timeZone) },
    allowed:
      'cron(minutes hours day-of-month month day-of-week *) with ? for one of the days and without L, W and #, ' +
      'or rate(number minutes|hours|days), like cron(0 6 * * ? *) or rate(12 hours); ' +
      'it must run at least once in 6 days, as no alarm could watch less, and at most every 15 minutes',
    parse: (expression) => {
      const longestGapHours = longestGap(expression, timeZone);
      const most = expression.startsWith('rate') ? LONGEST_GAP_HOURS.rate : LONGEST_GAP_HOURS.cron;
      return longestGapHours <= most ? { expression, timeZone, longestGapHours } : undefined;
    },
  };
}

/** The longest time between two runs, in hours; infinite if it is no schedule, or one that runs too often. */
function longestGap(expression: string, timeZone: string): number {
  const cron = parseCron(/^cron\((.+)\)$/.exec(expression)?.[1] ?? '');
  const gaps = cron ? cronGaps(cron, timeZone) : rateGaps(expression);
  return gaps.every((gap) => gap >= SHORTEST_GAP_HOURS) ? Math.max(...gaps) : Number.POSITIVE_INFINITY;
}

function cronGaps(cron: Cron, timeZone: string): readonly number[] {
  if (cron.minutes.size * cron.hours.size > MOST_RUNS_A_DAY) return [0];
  const runs = runsOf(cron, timeZone, YEARS);
  const gaps = runs.slice(1).map((run, index) => (run - (runs[index] ?? run)) / HOUR_MS);
  return gaps.length > 0 ? gaps : [Number.POSITIVE_INFINITY];
}

function rateGaps(expression: string): readonly number[] {
  const [, number, unit, plural] = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') return [Number.POSITIVE_INFINITY];
  const isSpelled = (number === '1') === (plural === '');
  return [isSpelled ? Number(number) * UNIT_HOURS[unit] : Number.POSITIVE_INFINITY];
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Z][A-Za-z0-9_+/-]*$/.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
