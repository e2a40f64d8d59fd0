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
const QUARTER_MS = 15 * MINUTE_MS;
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

/** From one day to another, both midnight as if it were UTC, in milliseconds. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** One day's first and last run, and every length of time between two runs within it. */
interface RunDay {
  readonly first: number;
  readonly last: number;
  readonly pauses: ReadonlySet<number>;
}

/**
 * The longest and the shortest time between two runs in a time zone, in milliseconds. What lies between the edges of the
 * span and the runs next to them counts as a pause too, a long one: who runs once in the span does not run often. A
 * time that the clock skips in spring does not run; one that it shows twice in autumn runs once.
 */
export function pausesOf(cron: Cron, timeZone: string, span: Span): { longest: number; shortest: number } {
  const offsetAt = offsetsOf(timeZone);
  const days = runDaysOf(cron, span, offsetAt);
  const pauses = new Set<number>();
  for (const [index, day] of days.entries()) {
    for (const pause of day.pauses) pauses.add(pause);
    const before = days[index - 1];
    if (before) pauses.add(day.first - before.last);
  }
  const [start, end] = [span.start - offsetAt(span.start), span.end - offsetAt(span.end)];
  const atTheEdges = [(days[0]?.first ?? end) - start, end - (days.at(-1)?.last ?? start)];
  return { longest: Math.max(...pauses, ...atTheEdges), shortest: Math.min(...pauses) };
}

/** The days with a run. Where no clock changes nearby all days are alike, and a million runs need not be listed. */
function runDaysOf(cron: Cron, { start, end }: Span, offsetAt: (instant: number) => number): readonly RunDay[] {
  const times = [...cron.hours]
    .flatMap((hour) => [...cron.minutes].map((minute) => (hour * 60 + minute) * MINUTE_MS))
    .toSorted((a, b) => a - b);
  const ends = [...times.slice(0, 1), ...times.slice(-1)];
  const usual = pausesBetween(times);
  const days: RunDay[] = [];
  for (let day = start; day < end; day += DAY_MS) {
    if (!runsOn(cron, new Date(day))) continue;
    const offset = offsetAt(day - DAY_MS);
    const isUsual = offset === offsetAt(day + 2 * DAY_MS);
    const runs = isUsual
      ? ends.map((time) => day + time - offset)
      : times.flatMap((time) => instantOf(day + time, offsetAt));
    const [first, last] = [runs[0], runs.at(-1)];
    if (first !== undefined && last !== undefined)
      days.push({ first, last, pauses: isUsual ? usual : pausesBetween(runs) });
  }
  return days;
}

function pausesBetween(runs: readonly number[]): ReadonlySet<number> {
  return new Set(runs.slice(1).map((run, index) => run - (runs[index] ?? run)));
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

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. They change on a quarter of an hour. */
function offsetsOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  return (instant) => {
    const quarter = Math.floor(instant / QUARTER_MS);
    const offset = known.get(quarter) ?? offsetIn(format.format(quarter * QUARTER_MS));
    known.set(quarter, offset);
    return offset;
  };
}

function offsetIn(text: string): number {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE_MS;
  return sign === '-' ? -offset : offset;
}
