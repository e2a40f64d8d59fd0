import type { Told } from '../check/reconcile.ts';

/** The prefix of the product fields that are ours; Security Hub adds its own under `aws/`. */
export const OWN = 'aws-iam-009/';

/** A product field's value may have this many characters. */
const LONGEST = 2048;

const STATUS = `${OWN}alerted-status`;
const AT = `${OWN}alerted-at`;
const KEYS = 'alerted-keys';

/**
 * A text as product fields `name`, `name-2`, … of whole parts, as many as it takes, at most `most`. A part is shorter
 * than a field; without parts there is no field, since Security Hub refuses blank values.
 */
export function inFields(name: string, parts: readonly string[], separator: string, most = 3): Record<string, string> {
  const values: string[] = [];
  for (const part of parts) {
    const last = values.at(-1);
    const joined = `${last}${separator}${part}`;
    if (last !== undefined && joined.length <= LONGEST) values[values.length - 1] = joined;
    else values.push(part);
  }
  return Object.fromEntries(
    values.slice(0, most).map((value, i) => [`${OWN}${name}${i === 0 ? '' : `-${i + 1}`}`, value]),
  );
}

/** What was told, as product fields: the check's only memory. */
export function toldFields(told: Told | undefined): Record<string, string> {
  if (!told) return {};
  return { [STATUS]: told.status, [AT]: told.at.toISOString(), ...inFields(KEYS, told.activeKeyIds, ' ', 4) };
}

/** What was told, read back. Fields that make no sense count as nothing told: better an alert twice than none. */
export function toldFrom(fields: Readonly<Record<string, string>> = {}): Told | undefined {
  const status = fields[STATUS];
  const at = new Date(fields[AT] ?? Number.NaN);
  if ((status !== 'FAILED' && status !== 'PASSED') || Number.isNaN(at.getTime())) return undefined;
  const ids = Object.entries(fields).flatMap(([name, value]) => (name.startsWith(OWN + KEYS) ? value.split(' ') : []));
  return { status, at, activeKeyIds: ids };
}

/** What is worth keeping of our product fields once a finding is resolved: why it was, and how to undo what resolved it. */
export function lastingFields(fields: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => /^aws-iam-009\/(diagnosis|undo)/.test(name)));
}
