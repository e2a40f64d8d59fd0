import { count } from '../lambda/advice/plain.ts';
import { parseCron, pausesOf } from './cron.ts';
import type { ExplainedSetting } from './setting-rules.ts';

/** When the check runs, and how long it may be quiet between two runs. */
export interface Schedule {
  readonly expression: string;
  readonly timeZone: string;
  readonly longestGapHours: number;
  /** A run that takes as long as the function may is not over when the next one starts. */
  readonly mayOverlap: boolean;
}

type Gaps = Pick<Schedule, 'longestGapHours' | 'mayOverlap'>;

const NO_SCHEDULE: Gaps = { longestGapHours: Number.POSITIVE_INFINITY, mayOverlap: false };
const DAILY = 'cron(0 6 * * ? *)';
const HOUR_MS = 3_600_000;
const UNIT_HOURS = { minute: 1 / 60, hour: 1, day: 24 } as const;

/** Six days, and for a cron the hour by which the day lengthens when summer time ends: an alarm can watch seven at most. */
const LONGEST_GAP_HOURS = { rate: 6 * 24, cron: 6 * 24 + 1 };

/** The function's own time limit. */
const LONGEST_RUN_HOURS = 0.25;

/** Two years, one of them a leap year; the calendar and the clocks of any other two differ by nothing that matters here. */
const YEARS = { start: Date.UTC(2028, 0, 1), end: Date.UTC(2030, 0, 1) };

/** A time zone as EventBridge Scheduler knows it. */
export const TIME_ZONE: ExplainedSetting<string> = {
  fallback: 'UTC',
  allowed: 'a time zone of the IANA database as it is spelled there, like UTC or Europe/Berlin',
  parse: (text) => (isTimeZone(text) ? text : undefined),
};

/** A schedule in a time zone, which the heartbeat alarm can watch. */
export function scheduleIn(timeZone: string): Required<ExplainedSetting<Schedule>> {
  return {
    fallback: { expression: DAILY, timeZone, ...gapsOf(DAILY, timeZone) },
    allowed:
      'cron(minutes hours day-of-month month day-of-week *) with ? for one of the days and without L, W and #, ' +
      'or rate(number minutes|hours|days), like cron(0 6 * * ? *) or rate(12 hours), ' +
      'that runs at least once in 6 days, as no alarm could watch less',
    parse: (expression) => {
      const gaps = gapsOf(expression, timeZone);
      return isTooRare(expression, gaps) ? undefined : { expression, timeZone, ...gaps };
    },
    explain: (expression) => {
      const gaps = gapsOf(expression, timeZone);
      if (gaps === NO_SCHEDULE || !isTooRare(expression, gaps)) return undefined;
      const where = isRate(expression) ? '' : ` in ${timeZone}`;
      const pause = `it pauses for ${daysAndHours(gaps.longestGapHours)}${where}`;
      return `${pause}, and the check must run at least once in 6 days, as no alarm could watch less`;
    },
  };
}

/** Whether it is a `rate(…)`, of which the first run comes at once, when it is deployed. */
export function isRate(expression: string): boolean {
  return expression.startsWith('rate(');
}

function isTooRare(expression: string, { longestGapHours }: Gaps): boolean {
  return longestGapHours > (isRate(expression) ? LONGEST_GAP_HOURS.rate : LONGEST_GAP_HOURS.cron);
}

function gapsOf(expression: string, timeZone: string): Gaps {
  const rate = rateHours(expression);
  if (rate !== undefined) return { longestGapHours: rate, mayOverlap: rate < LONGEST_RUN_HOURS };
  const cron = parseCron(/^cron\((.+)\)$/.exec(expression)?.[1] ?? '');
  if (!cron) return NO_SCHEDULE;
  const { longest, shortest } = pausesOf(cron, timeZone, YEARS);
  return { longestGapHours: longest / HOUR_MS, mayOverlap: shortest / HOUR_MS < LONGEST_RUN_HOURS };
}

function rateHours(expression: string): number | undefined {
  const [, number, unit, plural] = /^rate\(([1-9]\d{0,5}) (minute|hour|day)(s?)\)$/.exec(expression) ?? [];
  if (unit !== 'minute' && unit !== 'hour' && unit !== 'day') return undefined;
  const isSpelled = (number === '1') === (plural === '');
  return isSpelled ? Number(number) * UNIT_HOURS[unit] : undefined;
}

function daysAndHours(hours: number): string {
  const [days, rest] = [Math.floor(Math.ceil(hours) / 24), Math.ceil(hours) % 24];
  return count(days, 'day') + (rest > 0 ? ` and ${count(rest, 'hour')}` : '');
}

/** Of a name that it takes for an older or newer one, the runtime does not tell the case: there the form must do. */
function isTimeZone(name: string): boolean {
  if (!/^(?!.*[A-Z]{5})[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(name)) return false;
  try {
    const known = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
    return known === name || known.toLowerCase() !== name.toLowerCase();
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
