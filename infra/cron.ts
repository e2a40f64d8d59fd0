/** When a `cron(...)` of EventBridge Scheduler runs, in local time. Only one of the two kinds of day is set. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number> | undefined;
  /** 1 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number> | undefined;
}

interface Field {
  readonly from: number;
  readonly to: number;
  /** Names that stand for `from`, `from + 1`, … */
  readonly names?: readonly string[];
}

const MINUTES: Field = { from: 0, to: 59 };
const HOURS: Field = { from: 0, to: 23 };
const DAYS_OF_MONTH: Field = { from: 1, to: 31 };
const MONTHS: Field = { from: 1, to: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') };
const DAYS_OF_WEEK: Field = { from: 1, to: 7, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Reads `minutes hours day-of-month month day-of-week year`; undefined if it is not one, or is one that cannot run every
 * few days for ever: `L`, `W` and `#` name one day a month, and a year would end the schedule.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function parseCron(text: string): Cron | undefined {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = '', year, ...more] = text.split(' ');
  const anyDay = [dayOfMonth, dayOfWeek].filter((day) => day === '?').length;
  if (year !== '*' || more.length > 0 || anyDay !== 1) return undefined;
  const minutes = valuesOf(minute, MINUTES);
  const hours = valuesOf(hour, HOURS);
  const months = valuesOf(month, MONTHS);
  const daysOfMonth = valuesOf(dayOfMonth, DAYS_OF_MONTH);
  const daysOfWeek = valuesOf(dayOfWeek, DAYS_OF_WEEK);
  if (!minutes || !hours || !months || !(daysOfMonth ?? daysOfWeek)) return undefined;
  return { minutes, hours, months, daysOfMonth, daysOfWeek };
}

/**
 * Every time the cron runs from `start` to `end` (milliseconds, midnight UTC) in a time zone. A time that the clock skips
 * in spring does not run; one that it shows twice in autumn runs once.
 */
export function runsOf(cron: Cron, timeZone: string, { start, end }: { start: number; end: number }): number[] {
  const offsetAt = offsetsOf(timeZone);
  const times = [...cron.hours].flatMap((hour) => [...cron.minutes].map((minute) => (hour * 60 + minute) * MINUTE_MS));
  const ascending = times.toSorted((a, b) => a - b);
  const runs: number[] = [];
  for (let day = start; day < end; day += DAY_MS) {
    if (!runsOn(cron, new Date(day))) continue;
    runs.push(...ascending.flatMap((time) => instantOf(day + time, offsetAt)));
  }
  return runs;
}

function valuesOf(text: string, { from, to, names = [] }: Field): ReadonlySet<number> | undefined {
  const numberOf = (name: string) => (names.includes(name) ? names.indexOf(name) + from : Number(name));
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last, step] = /^(\*|\d{1,2}|[A-Z]{3})(?:-(\d{1,2}|[A-Z]{3}))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (first === undefined || (first === '*' && last !== undefined)) return undefined;
    const least = first === '*' ? from : numberOf(first);
    const most = last === undefined ? (first === '*' || step ? to : least) : numberOf(last);
    const by = Number(step ?? 1);
    if (!(least >= from && least <= most && most <= to && by > 0)) return undefined;
    for (let value = least; value <= most; value += by) values.add(value);
  }
  return values;
}

function runsOn({ months, daysOfMonth, daysOfWeek }: Cron, day: Date): boolean {
  if (!months.has(day.getUTCMonth() + 1)) return false;
  return daysOfMonth?.has(day.getUTCDate()) ?? daysOfWeek?.has(day.getUTCDay() + 1) ?? false;
}

/** The instant at which clocks show this local time (given as if it were UTC); none if they skip it. */
function instantOf(local: number, offsetAt: (instant: number) => number): number[] {
  const before = local - offsetAt(local - DAY_MS);
  const after = local - offsetAt(local + DAY_MS);
  const instant = [before, after].find((candidate) => candidate + offsetAt(candidate) === local);
  return instant === undefined ? [] : [instant];
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetsOf(timeZone: string): (instant: number) => number {
  if (timeZone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (instant) => {
    const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)$/.exec(format.format(instant)) ?? [];
    const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
    return sign === '-' ? -offset : offset;
  };
}
