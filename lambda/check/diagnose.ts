import { DAY, type TwoOrMore, type UsedKey } from './access-key.ts';

/** Why a user has several active keys, as far as their last use tells. */
export type Cause =
  | 'rotation-in-progress'
  | 'rotation-not-finished'
  | 'replacement-not-adopted'
  | 'shared-by-workloads'
  | 'none-in-use'
  | 'unknown';

/** A cause and what follows for each key: `inUse` must not be touched, `retire` may be deactivated now, others are undecided. */
export interface Diagnosis {
  readonly cause: Cause;
  readonly inUse: readonly UsedKey[];
  readonly retire: readonly UsedKey[];
  /** When the rotation grace ends; only for `rotation-in-progress`. */
  readonly finishBy?: Date;
  /** The days without use after which a key was called idle here. */
  readonly unusedAfterDays: number;
}

/** The settings that a diagnosis depends on, in days. */
export interface DiagnosisSettings {
  readonly rotationGraceDays: number;
  readonly unusedAfterDays: number;
}

/** Diagnoses a failing user from its active keys, oldest first. The grace decides first, then what could not be read. */
export function diagnose(keys: TwoOrMore<UsedKey>, settings: DiagnosisSettings, now: Date): Diagnosis {
  const { rotationGraceDays, unusedAfterDays } = settings;
  const [, second, ...younger] = keys;
  const newest = younger.at(-1) ?? second;
  const inUse = keys.filter(({ lastUse }) => isRecent(lastUse, unusedAfterDays, now));
  const undecided = { inUse, retire: [], unusedAfterDays };
  const finishBy = new Date(newest.createDate.getTime() + rotationGraceDays * DAY);
  if (rotationGraceDays > 0 && now < finishBy) return { ...undecided, cause: 'rotation-in-progress', finishBy };
  if (keys.some(({ lastUse }) => lastUse.kind === 'unknown')) return { ...undecided, cause: 'unknown' };

  // Idle keys older than a key in use have been replaced by it; without any key in use, the newest one stays to the last.
  const newestInUse = inUse.at(-1) ?? newest;
  const retire = keys.slice(0, keys.indexOf(newestInUse)).filter((key) => !inUse.includes(key));
  return { cause: causeOf(inUse, newest), inUse, retire, unusedAfterDays };
}

function causeOf(inUse: readonly UsedKey[], newest: UsedKey): Cause {
  if (inUse.length > 1) return 'shared-by-workloads';
  if (inUse.length === 0) return 'none-in-use';
  return inUse.includes(newest) ? 'rotation-not-finished' : 'replacement-not-adopted';
}

function isRecent(lastUse: UsedKey['lastUse'], days: number, now: Date): boolean {
  return lastUse.kind === 'used' && now.getTime() - lastUse.at.getTime() <= days * DAY;
}
