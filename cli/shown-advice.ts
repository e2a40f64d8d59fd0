import { type Advice, advise } from '../lambda/advice/advise.ts';
import { count, day } from '../lambda/advice/plain.ts';
import type { Cause } from '../lambda/check/diagnose.ts';
import type { FailingUser } from '../lambda/check/reconcile.ts';

/** The advice on a user for a person's screen: commands are given to the letter or not at all. */
export function shownAdvice(user: FailingUser): Advice {
  const advice = advise(user);
  // No name that IAM allows holds a character that cannot be seen.
  if (!advice.commands.some((command) => /[\p{C}\u2028\u2029]/u.test(command))) return advice;
  return { ...advice, purpose: undefined, commands: [], undo: [], terraform: [] };
}

/** What to do about a user next, in a few words. */
export function nextStep({ diagnosis, keys }: FailingUser): string {
  const { cause, retire, finishBy } = diagnosis;
  const turnOff = retire.length > 0 ? `turn off ${retire.length} of ${count(keys.length, 'key')}` : undefined;
  const steps: Record<Cause, string> = {
    'rotation-not-finished': turnOff ?? '',
    'replacement-not-adopted': `move the workload, or turn off the newer key${keys.length > 2 ? 's' : ''}`,
    'shared-by-workloads': 'split the workloads first',
    'none-in-use': turnOff ?? '',
    unknown: 'look up the last use',
    'rotation-in-progress': `finish${finishBy ? ` by ${day(finishBy)}` : ' the rotation'}`,
  };
  return steps[cause];
}
