import fc from 'fast-check';

/** What somebody does to the account. Numbers choose among what there is at that time, whatever their size. */
export type Change =
  | { readonly does: 'create-user'; readonly name: number; readonly keys: number }
  | { readonly does: 'delete-user' | 'create-key' | 'use-key'; readonly who: number }
  | { readonly does: 'toggle-key' | 'delete-key'; readonly who: number; readonly key: number }
  | { readonly does: 'rename-user'; readonly who: number; readonly name: number }
  | {
      readonly does: 'set-workflow';
      readonly finding: number;
      readonly to: 'NEW' | 'NOTIFIED' | 'SUPPRESSED' | 'RESOLVED';
    }
  | { readonly does: 'write-note'; readonly finding: number };

/** How the function is invoked on a day. */
export type Invoked =
  | { readonly how: 'once' }
  | { readonly how: 'not' }
  | { readonly how: 'twice'; readonly afterMs: number }
  /** The second begins while the first waits for the answer to this call, and is over before it gets it. */
  | { readonly how: 'overlapping'; readonly operation: string; readonly nth: number };

/** Something that goes wrong with one call of the first run of a day. */
export interface OneOffFault {
  readonly operation: string;
  readonly nth: number;
  readonly kind: number;
}

export interface Day {
  /** How many days have passed since the day before. */
  readonly after: number;
  readonly changes: readonly Change[];
  readonly invoked: Invoked;
  readonly skewMinutes: number;
  readonly fault: OneOffFault | undefined;
  readonly down: 'Security Hub' | 'SNS' | undefined;
  readonly settings: { readonly reminderDays: number; readonly rotationGraceDays: number } | undefined;
}

/** Some weeks in the life of an account. */
export interface History {
  readonly pageSize: number;
  /** How far Security Hub is behind when it is read. */
  readonly lagSeconds: number;
  readonly users: readonly { readonly active: number; readonly inactive: number }[];
  readonly days: readonly Day[];
}

/** How many calls of each operation a run makes here, so that a fault mostly finds the call it is for. */
const OPERATIONS = {
  ListUsers: 3,
  ListAccessKeys: 6,
  GetAccessKeyLastUsed: 6,
  ListUserTags: 3,
  GetFindings: 3,
  Publish: 1,
  BatchImportFindings: 1,
};

const which = fc.nat({ max: 11 });
const key = fc.nat({ max: 2 });
const call = fc
  .constantFrom(...Object.entries(OPERATIONS))
  .chain(([operation, most]) =>
    fc.record({ operation: fc.constant(operation), nth: fc.integer({ min: 1, max: most }) }),
  );

const change: fc.Arbitrary<Change> = oneOf<Change>(
  [10, fc.record({ does: fc.constant('toggle-key' as const), who: which, key })],
  [3, fc.record({ does: fc.constantFrom('create-key' as const, 'use-key' as const), who: which })],
  [1, fc.record({ does: fc.constant('delete-key' as const), who: which, key })],
  [2, fc.record({ does: fc.constant('create-user' as const), name: which, keys: fc.integer({ min: 1, max: 3 }) })],
  [1, fc.record({ does: fc.constant('delete-user' as const), who: which })],
  [1, fc.record({ does: fc.constant('rename-user' as const), who: which, name: which })],
  [
    3,
    fc.record({
      does: fc.constant('set-workflow' as const),
      finding: which,
      to: fc.constantFrom(
        'NEW' as const,
        'NEW' as const,
        'NOTIFIED' as const,
        'SUPPRESSED' as const,
        'RESOLVED' as const,
      ),
    }),
  ],
  [1, fc.record({ does: fc.constant('write-note' as const), finding: which })],
);

const invoked: fc.Arbitrary<Invoked> = oneOf<Invoked>(
  [12, fc.constant({ how: 'once' as const })],
  [1, fc.constant({ how: 'not' as const })],
  [2, fc.record({ how: fc.constant('twice' as const), afterMs: fc.constantFrom(1_000, 20_000, 50_000, 300_000) })],
  [2, call.map((at) => ({ how: 'overlapping' as const, ...at }))],
);

const day: fc.Arbitrary<Day> = fc.record({
  after: oneOf([60, fc.constant(1)], [1, fc.constantFrom(5, 35, 100)]),
  changes: oneOf<readonly Change[]>([2, fc.constant([])], [3, fc.array(change, { minLength: 1, maxLength: 4 })]),
  invoked,
  skewMinutes: fc.constantFrom(0, 0, 0, -5, -2, 3, 5),
  fault: sometimes(
    4,
    fc.tuple(call, fc.nat({ max: 40 })).map(([at, kind]) => ({ ...at, kind })),
  ),
  down: sometimes(7, fc.constantFrom('Security Hub' as const, 'SNS' as const)),
  settings: sometimes(
    15,
    fc.record({ reminderDays: fc.constantFrom(3, 7, 1, 0), rotationGraceDays: fc.constantFrom(0, 0, 2, 5) }),
  ),
});

/** Accounts of a few users and 10 to 30 days. */
export function histories(): fc.Arbitrary<History> {
  const user = fc.record({ active: fc.integer({ min: 1, max: 3 }), inactive: fc.nat({ max: 2 }) });
  return fc.noBias(
    fc.record({
      pageSize: fc.constantFrom(100, 2, 3),
      lagSeconds: fc.constantFrom(0, 0, 30, 60),
      users: fc.array(user, { minLength: 1, maxLength: 4 }),
      days: fc.array(day, { minLength: 10, maxLength: 30, size: 'max' }),
    }),
  );
}

function oneOf<T>(...choices: readonly (readonly [weight: number, what: fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

function sometimes<T>(oneIn: number, what: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return oneOf<T | undefined>([oneIn - 1, fc.constant(undefined)], [1, what]);
}
