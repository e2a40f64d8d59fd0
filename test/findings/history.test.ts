import type { WorkflowStatus } from '@aws-sdk/client-securityhub';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, isTwoOrMore } from '../../lambda/check/access-key.ts';
import { diagnose } from '../../lambda/check/diagnose.ts';
import { type Action, findingId, type Inspection, isOpen, reconcile } from '../../lambda/check/reconcile.ts';
import { toFinding } from '../../lambda/findings/asff.ts';
import { toStored } from '../../lambda/findings/stored-finding.ts';
import { ACCOUNT, ago, failingUser, iamUser, NOW, newer, ORIGIN, older, usedKey } from '../builders.ts';
import { failingUsers } from '../check/arbitraries.ts';
import { asffProblems } from '../sandbox/asff-rules.ts';
import { SecurityHub } from '../sandbox/security-hub.ts';

const GRACE = 3;
const REMINDER = 7;

/** A Security Hub and the runs of the check against it; `now` is the clock of both. */
function hubAt(start: Date) {
  const clock = { now: start };
  const hub = new SecurityHub({
    ...ORIGIN,
    pageSize: 100,
    now: () => clock.now,
  });
  const stored = () => [...hub.findings.values()].flatMap((body) => toStored(body, ORIGIN) ?? []);
  const run = (inspections: readonly Inspection[], published = true): readonly Action[] => {
    const actions = reconcile(inspections, stored(), { reminderDays: REMINDER }, clock.now);
    for (const action of actions) {
      const finding = toFinding(action, ORIGIN, published, clock.now);
      expect(asffProblems(finding)).toEqual([]);
      const key = `${finding.ProductArn}|${finding.Id}`;
      const before = hub.findings.get(key)?.UpdatedAt;
      hub.import(finding);
      expect(Date.parse(finding.UpdatedAt ?? '')).toBeGreaterThan(Date.parse(before ?? '1970-01-01'));
    }
    return actions;
  };
  return { clock, hub, stored, run };
}

const newsOf = (actions: readonly Action[]) => actions.flatMap(({ news }) => news ?? []);

test('a second run on the result of the first tells, opens, reopens and resolves nothing', () => {
  const inspections = failingUsers().chain((failing) =>
    fc.constantFrom<Inspection>(failing, { status: 'PASSED', user: failing.user }),
  );
  fc.assert(
    fc.property(inspections, inspections, fc.boolean(), (before, after, suppressed) => {
      const { hub, run, stored } = hubAt(NOW);
      run([before]);
      const id = findingId(ACCOUNT, before.user.userId);
      if (suppressed && stored().length > 0) hub.update(id, { workflow: 'SUPPRESSED' });
      run([after]);
      const opened = stored().map(isOpen);
      expect(newsOf(run([after]))).toEqual([]);
      expect(stored().map(isOpen)).toEqual(opened);
      expect(hub.violations).toEqual([]);
    }),
  );
});

/** Keys of one user: two old ones, and one made while the history goes on. */
const KEYS = { a: older, b: newer, c: usedKey({ id: 'AKIAYOUNG00000000003', createDate: ago(-8) }) };
type State = 'unreadable' | 'deleted' | readonly (keyof typeof KEYS)[];

function inspection(state: State, now: Date): readonly Inspection[] {
  const user = iamUser();
  if (state === 'deleted') return [];
  if (state === 'unreadable') return [{ status: 'NOT_AVAILABLE', user, reason: 'throttled' }];
  const keys = state.map((name) => KEYS[name]);
  if (!isTwoOrMore(keys)) return [{ status: 'PASSED', user }];
  const diagnosis = diagnose(keys, { rotationGraceDays: GRACE, unusedAfterDays: 14 }, now);
  return [{ ...failingUser({ user, keys }), diagnosis }];
}

const steps = fc.record({
  days: fc.constantFrom(0, 1, 1, 1, 4, 6.6, 7),
  state: fc.constantFrom<State>(
    'unreadable',
    'deleted',
    [],
    ['a'],
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'c'],
    ['a', 'b', 'c'],
  ),
  published: fc.constantFrom(true, true, false),
  workflow: fc.constantFrom<(WorkflowStatus | undefined)[]>(
    ...([undefined, undefined, undefined, 'NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED'] as const),
  ),
});

/** What people were told last, and whether the check has seen the user pass since. */
interface Heard {
  readonly status: 'FAILED' | 'PASSED';
  readonly keys: string;
  readonly at: Date;
}

/** What people have to be told, by the contract's words, without looking at how it is decided. */
function expectedNews(
  state: State,
  {
    heard,
    passedSince,
    workflow,
    now,
  }: { heard: Heard | undefined; passedSince: boolean; workflow: string; now: Date },
): string[] {
  if (state === 'unreadable' || workflow === 'SUPPRESSED') return [];
  if (state === 'deleted' || state.length < 2) return heard?.status === 'FAILED' ? ['resolved'] : [];
  const isYoung = state.includes('c') && now.getTime() < KEYS.c.createDate.getTime() + GRACE * DAY;
  if (isYoung) return [];
  if (heard === undefined) return ['new'];
  if (heard.status === 'PASSED' || passedSince) return ['failing-again'];
  if (heard.keys !== state.join()) return ['keys-changed'];
  const isDue = now.getTime() - heard.at.getTime() >= (REMINDER - 0.5) * DAY;
  return isDue && workflow !== 'NOTIFIED' ? ['still-open'] : [];
}

test('through any history people are told what is true, once, and again only when it is time', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 14, size: 'max' }), (history) => {
      const { clock, hub, stored, run } = hubAt(NOW);
      let heard: Heard | undefined;
      let passedSince = false;
      for (const { days, state, published, workflow: set } of history) {
        clock.now = new Date(clock.now.getTime() + days * DAY);
        const [finding] = stored();
        if (finding && set) hub.update(finding.id, { workflow: set });
        const workflow = set && finding ? set : (finding?.workflow ?? 'NEW');

        const news = newsOf(run(inspection(state, clock.now), published));
        expect(news).toEqual(expectedNews(state, { heard, passedSince, workflow, now: clock.now }));

        if (state === 'unreadable') {
          expect(stored()).toEqual(finding ? [{ ...finding, workflow, body: expect.anything() }] : []);
          continue;
        }
        const fails = state !== 'deleted' && state.length > 1;
        expect(stored().map(isOpen)).toEqual(finding || fails ? [fails] : []);
        if (!fails) passedSince = true;
        if (published && news.length > 0) {
          heard = { status: fails ? 'FAILED' : 'PASSED', keys: String(state), at: clock.now };
          passedSince = !fails;
        }
      }
      expect(hub.violations).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
