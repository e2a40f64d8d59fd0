import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advise } from '../../lambda/advice/advise.ts';
import { evaluate } from '../../lambda/check/evaluate.ts';
import { reconcile } from '../../lambda/check/reconcile.ts';
import { ago, iamUser, NOW, storedFinding, told } from '../builders.ts';
import { accounts, failingUsers, inspected, settings } from './arbitraries.ts';

test('a user fails if and only if it has more than one active key', () => {
  fc.assert(
    fc.property(accounts(), ({ user, keys }) => {
      const active = keys.filter(({ status }) => status === 'Active');
      expect(evaluate(user, keys).status).toBe(active.length > 1 ? 'FAILED' : 'PASSED');
    }),
  );
});

test('the order in which IAM lists keys changes neither verdict nor diagnosis', () => {
  const shuffled = accounts().chain((account) =>
    fc.tuple(
      fc.constant(account),
      fc.shuffledSubarray([...account.keys], { minLength: account.keys.length, maxLength: account.keys.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, settings, ([account, keys], some) => {
      expect(inspected({ ...account, keys }, some)).toEqual(inspected(account, some));
    }),
  );
});

test('a key in use is never to be retired, and no command names it', () => {
  fc.assert(
    fc.property(failingUsers(), (failing) => {
      const { inUse, retire } = failing.diagnosis;
      const { commands, undo, terraform } = advise(failing);
      const named = [...commands, ...undo, ...terraform].join('\n');
      expect(inUse.filter((key) => retire.includes(key) || named.includes(`=${key.id} `))).toEqual([]);
      expect(inUse.filter(({ id }) => named.includes(`"${id}"`))).toEqual([]);
    }),
  );
});

test('as long as one last use is not known, or in a grace, no command is given', () => {
  fc.assert(
    fc.property(failingUsers(), (failing) => {
      const { cause, retire } = failing.diagnosis;
      const isOpen = cause === 'rotation-in-progress' || failing.keys.some(({ lastUse }) => lastUse.kind === 'unknown');
      fc.pre(isOpen);
      expect([retire, advise(failing).commands]).toEqual([[], []]);
    }),
  );
});

test('a key to retire is idle and older than another active one, and not all keys are', () => {
  fc.assert(
    fc.property(failingUsers(), ({ keys, diagnosis: { inUse, retire } }) => {
      const last = inUse.length > 0 ? Math.max(...inUse.map((key) => keys.indexOf(key))) : keys.length - 1;
      expect(retire.filter((key) => keys.indexOf(key) >= last)).toEqual([]);
      expect(retire.length).toBeLessThan(keys.length);
    }),
  );
});

test('nothing follows from a user that could not be read, whatever is stored and was told', () => {
  const findings = fc.record({
    recordState: fc.constantFrom('ACTIVE' as const, 'ARCHIVED' as const),
    compliance: fc.constantFrom('PASSED' as const, 'FAILED' as const, 'NOT_AVAILABLE' as const),
    workflow: fc.constantFrom('NEW' as const, 'NOTIFIED' as const, 'RESOLVED' as const, 'SUPPRESSED' as const),
    told: fc.constantFrom(undefined, told(), told({ status: 'PASSED', activeKeyIds: [] }), told({ at: ago(99) })),
  });
  fc.assert(
    fc.property(findings, (fields) => {
      const unreadable = { status: 'NOT_AVAILABLE', user: iamUser(), reason: 'throttled' } as const;
      expect(reconcile([unreadable], [storedFinding(fields)], { reminderDays: 1 }, NOW)).toEqual([]);
    }),
  );
});
