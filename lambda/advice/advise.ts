import type { LastUse, Tag, UsedKey } from '../check/access-key.ts';
import type { Cause, Diagnosis } from '../check/diagnose.ts';
import type { FailingUser } from '../check/reconcile.ts';
import { terraform, updateAccessKey } from './commands.ts';
import { count, day, dayAndAge, firstOf, plain } from './plain.ts';

/** Keys named in one sentence; all of them are listed beside it. */
const NAMED = 4;

/** Everything that is said about one failing user, in findings and alerts alike. */
export interface Advice {
  /** What probably happened: one or two sentences. */
  readonly diagnosis: string;
  /** What to do about it: which key to turn off and which not. */
  readonly action: string;
  /** What the commands below are for; undefined when no key may be turned off. */
  readonly purpose: string | undefined;
  readonly commands: readonly string[];
  readonly undo: readonly string[];
  /** One block of Terraform for each command. */
  readonly terraform: readonly string[];
}

/** Words the diagnosis of a failing user. A key that is in use is never among the commands. */
export function advise({ user, keys, diagnosis }: FailingUser): Advice {
  const { cause, inUse, retire } = diagnosis;
  const idleAndNewer = keys.filter((key) => !inUse.includes(key) && !retire.includes(key));
  const choice = cause === 'replacement-not-adopted' && retire.length === 0;
  const targets = choice ? idleAndNewer : retire;
  const newerOnes = targets.length === 1 ? 'the newer key is' : 'a newer key is';
  return {
    ...sentences(keys, diagnosis, idleAndNewer),
    purpose: targets.length === 0 ? undefined : choice ? `Only if ${newerOnes} not needed` : 'Turn off',
    commands: targets.map((key) => updateAccessKey(user.userName, key, 'Inactive')),
    undo: targets.map((key) => updateAccessKey(user.userName, key, 'Active')),
    terraform: targets.map((key) => terraform(user.userName, key)),
  };
}

/** What to do with one key, in a few words. */
export function verdict(key: UsedKey, { cause, inUse, retire }: Diagnosis): string {
  if (inUse.includes(key)) return 'in use: do not turn it off';
  if (retire.includes(key)) return 'idle: turn it off';
  if (key.lastUse.kind === 'unknown') return 'not known whether it is in use';
  const others: Record<Cause, string> = {
    'rotation-in-progress': 'idle: rotation in progress',
    'rotation-not-finished': 'idle',
    'replacement-not-adopted': 'idle: move the workload to it, or turn it off',
    'shared-by-workloads': 'idle: newer than the keys in use',
    'none-in-use': 'idle: the newest, turn it off last',
    unknown: 'idle, but no key is recommended',
  };
  return others[cause];
}

/** `last used 2026-11-20 (3 days ago) by s3 in eu-central-1`, `never used`, or that it could not be read, by the error's name. */
export function lastUseText(lastUse: LastUse, now: Date): string {
  return lastUse.kind === 'used' ? `last used ${dayAndAge(lastUse.at, now)} ${by(lastUse)}` : by(lastUse);
}

/** What the console's "description" of a key says: a tag of the user whose key is the key's id. */
export function descriptionOf(key: UsedKey, tags: readonly Tag[] = []): string | undefined {
  const value = plain(tags.find((tag) => tag.key === key.id)?.value ?? '');
  return value === '' ? undefined : value;
}

/** The tags that tell whom to ask: owner, team, contact and the like, at most five. */
export function ownerTags(tags: readonly Tag[] = []): readonly Tag[] {
  return (
    tags
      .map(({ key, value }) => ({ key: plain(key, 60), value: plain(value) }))
      // Security Hub takes no tag whose key is reserved for AWS.
      .filter(({ key, value }) => OWNER.test(key) && !/^aws:/i.test(key) && value !== '')
      .slice(0, 5)
  );
}

const OWNER =
  /owner|team|contact|e-?mail|maintain|responsib|created-?_?by|department|squad|project|application|service/i;

function sentences(keys: readonly UsedKey[], diagnosis: Diagnosis, newer: readonly UsedKey[]) {
  const { cause, inUse, retire, finishBy, unusedAfterDays } = diagnosis;
  const uses = inUse.map(({ id, lastUse }) => `${id} ${by(lastUse)}`);
  const also = retire.length > 0 ? ` ${ids(retire)} may be turned off now: idle, and older than a key in use.` : '';
  const words: Record<Cause, { diagnosis: string; action: string }> = {
    'rotation-in-progress': {
      diagnosis: `A rotation is in progress: the newest of ${count(keys.length, 'active key')} is younger than the grace set for rotations.`,
      action: `Finish the rotation by ${finishBy ? day(finishBy) : 'the end of the grace'}: move the workload to the newest key, then turn off the older ones.`,
    },
    'rotation-not-finished': {
      diagnosis: `Probably a rotation that was never finished: the workload uses the newest key, and what it replaced is idle but still works.`,
      action: `Turn off ${ids(retire)}. Keep ${ids(inUse)}, which is in use.`,
    },
    'replacement-not-adopted': {
      diagnosis: `Probably a replacement that was never adopted: the workload still uses an older key, and nothing uses the newer one.`,
      action: `Do not touch ${ids(inUse)}: it is in use. ${newer.length === 1 ? `Either move the workload to ${ids(newer)}, or turn that key off if it is not needed.` : `Either move the workload to one of ${ids(newer)}, or turn off those that are not needed.`}${also}`,
    },
    'shared-by-workloads': {
      diagnosis: `Probably several workloads share this user: ${inUse.length} of its keys are in use (${firstOf(uses, NAMED)}).`,
      action: `No key in use is safe to turn off. Give each workload a role or a user of its own first, then retire its key here. A rotation within the last ${count(unusedAfterDays, 'day')} looks the same: then wait until the older key is idle.${also}`,
    },
    'none-in-use': {
      diagnosis: `No key was used in the last ${count(unusedAfterDays, 'day')}. Probably automation made a key and failed before it retired the old one, or nothing needs this user any more.`,
      action: `Turn off the older ${retire.length === 1 ? 'one' : 'ones'} first: ${ids(retire)}. If nothing breaks for as long as its rarest job takes to come round (month end, year end), consider removing this user's keys altogether.`,
    },
    unknown: {
      diagnosis: 'Why there are several keys is not known, because the last use of a key could not be read.',
      action:
        'No key is recommended: one whose use is not known may be in use. Look up its last use in the IAM console before you turn anything off.',
    },
  };
  return words[cause];
}

function by(lastUse: LastUse): string {
  switch (lastUse.kind) {
    case 'used':
      return `by ${plain(lastUse.service, 40)}${lastUse.region ? ` in ${plain(lastUse.region, 40)}` : ''}`;
    case 'never':
      return 'never used';
    case 'unknown':
      return `last use could not be read (${plain(lastUse.reason.replace(/:.*/s, ''))})`;
  }
}

function ids(keys: readonly UsedKey[]): string {
  return firstOf(
    keys.map(({ id }) => id),
    NAMED,
  );
}
