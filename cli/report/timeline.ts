import { lastUseText } from '../../lambda/advice/advise.ts';
import { count, dayAndAge } from '../../lambda/advice/plain.ts';
import { DAY, type UsedKey } from '../../lambda/check/access-key.ts';
import type { FailingUser } from '../../lambda/check/reconcile.ts';
import { type Html, html, when } from '../html.ts';
import type { Scan } from '../scan/account.ts';

/** Where dates stand on the one scale that all timelines of a page share. */
export interface Scale {
  readonly now: Date;
  readonly unusedAfterDays: number;
  /** The oldest age on the scale, in days. */
  readonly oldest: number;
}

/** Height of a lane, of the axis below the lanes, and where the bar of a lane runs; in pixels. */
const [LANE, AXIS, BAR] = [40, 24, 27];

/** Percent of the width kept free, so that marks at the ends are whole. */
const MARGIN = 2;

/** Ages that may stand on the axis, in days. */
const TICKS = [
  [7, '7 days'],
  [30, '30 days'],
  [90, '90 days'],
  [365, '1 year'],
  [2 * 365, '2 years'],
  [4 * 365, '4 years'],
  [8 * 365, '8 years'],
] as const;

/** The least distance in percent between two labels, and between one and the end of "today", so that none meet on a phone. */
const [APART, FROM_TODAY] = [19, 24];

/** A scale on which the keys of all failing users have room. */
export function scaleOf({ failing, at, settings: { unusedAfterDays } }: Scan): Scale {
  const ages = failing.flatMap(({ keys }) => keys.map(({ createDate }) => (at.getTime() - createDate.getTime()) / DAY));
  return { now: at, unusedAfterDays, oldest: Math.max(4 * unusedAfterDays, ...ages) };
}

/** When a user's keys were created and last used, as a picture with one lane for each key, oldest first. */
export function timeline({ keys, diagnosis }: FailingUser, scale: Scale): Html {
  const height = keys.length * LANE + AXIS;
  const bottom = keys.length * LANE;
  const recent = percent(x(scale.unusedAfterDays, scale));
  const today = percent(x(0, scale));
  const lanes = keys.map((key, i) => lane(key, { isInUse: diagnosis.inUse.includes(key), top: i * LANE, scale }));
  return html`<svg class="timeline" role="img" aria-label="${description(keys, scale)}" width="100%" height="${height}">
<rect class="recent" x="${recent}" y="0" width="${percent(100 - MARGIN - x(scale.unusedAfterDays, scale))}" height="${bottom}"/>
${ticksOf(scale).map(([days, label]) => tick(x(days, scale), label, bottom))}
<line class="today" x1="${today}" y1="0" x2="${today}" y2="${bottom + 4}"/>
<text class="label end" x="100%" y="${bottom + 18}">today</text>
${lanes}</svg>`;
}

/** What the marks mean, once for the page. */
export function legend({ unusedAfterDays }: Scale): Html {
  const sign = (marks: Html, text: string) =>
    html`<li><svg width="44" height="16" aria-hidden="true" focusable="false">${marks}</svg> ${text}</li>`;
  return html`<ul class="legend">
${sign(html`<line class="created" x1="6" y1="2" x2="6" y2="14"/><line class="used" x1="6" y1="8" x2="38" y2="8"/>`, 'created, and in use until it was last used')}
${sign(html`<circle class="mark in-use" cx="22" cy="8" r="5.5"/>`, 'in use')}
${sign(html`<circle class="mark idle" cx="8" cy="8" r="5"/><line class="unused" x1="14" y1="8" x2="42" y2="8"/>`, 'idle since')}
${sign(html`<line class="created" x1="6" y1="2" x2="6" y2="14"/><line class="unused" x1="6" y1="8" x2="42" y2="8"/>`, 'never used')}
${sign(html`<text class="mark-unknown" x="22" y="13">?</text>`, 'last use not known')}
${sign(html`<rect class="recent" x="8" y="0" width="28" height="16"/>`, `the last ${count(unusedAfterDays, 'day')}: a key used in them is in use`)}
</ul>`;
}

function lane(key: UsedKey, { isInUse, top, scale }: { isInUse: boolean; top: number; scale: Scale }): Html {
  const { lastUse, createDate } = key;
  const y = top + BAR;
  const [created, now] = [at(createDate, scale), x(0, scale)];
  const used = lastUse.kind === 'used' ? Math.max(created, at(lastUse.at, scale)) : created;
  // A label that starts too far to the right would leave the picture.
  const isLate = created > 55;
  return html`<text class="key${isLate ? ' end' : ''}" x="${percent(isLate ? now : created)}" y="${top + 15}">${key.id}</text>
${when(lastUse.kind === 'used', () => line('used', created, used, y))}
${when(!isInUse, () => line(lastUse.kind === 'unknown' ? 'unknown' : 'unused', used, now, y))}
<line class="created" x1="${percent(created)}" y1="${y - 6}" x2="${percent(created)}" y2="${y + 6}"/>
${when(lastUse.kind === 'used', () => html`<circle class="mark ${isInUse ? 'in-use' : 'idle'}" cx="${percent(used)}" cy="${y}" r="5.5"/>`)}
${when(lastUse.kind === 'unknown', () => html`<text class="mark-unknown" x="${percent(now)}" dx="-14" y="${y - 4}">?</text>`)}`;
}

function line(name: string, from: number, to: number, y: number): Html {
  return html`<line class="${name}" x1="${percent(from)}" y1="${y}" x2="${percent(to)}" y2="${y}"/>`;
}

function tick(position: number, label: string, bottom: number): Html {
  const place = percent(position);
  return html`<line class="tick" x1="${place}" y1="0" x2="${place}" y2="${bottom + 4}"/><text class="label middle" x="${place}" y="${bottom + 18}">${label}</text>`;
}

/** The ticks that have room, from today into the past. */
function ticksOf(scale: Scale): readonly (readonly [number, string])[] {
  let last = 100 + APART - FROM_TODAY;
  return TICKS.filter(([days]) => {
    const place = x(days, scale);
    const hasRoom = days <= scale.oldest && last - place >= APART && place >= 7;
    if (hasRoom) last = place;
    return hasRoom;
  });
}

/** The picture in words. */
function description(keys: readonly UsedKey[], { now }: Scale): string {
  const texts = keys.map(
    (key) => `${key.id}, created ${dayAndAge(key.createDate, now)}, ${lastUseText(key.lastUse, now)}`,
  );
  return `Timeline of ${count(keys.length, 'active key')}, oldest first: ${texts.join('; ')}.`;
}

function at(date: Date, scale: Scale): number {
  return x((scale.now.getTime() - date.getTime()) / DAY, scale);
}

/** The place of an age in percent of the width. Ages grow by their square root, so that days and years can both be seen. */
function x(days: number, { oldest }: Scale): number {
  const part = Math.sqrt(Math.min(1, Math.max(0, days / oldest)));
  return 100 - MARGIN - part * (100 - 2 * MARGIN);
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}
