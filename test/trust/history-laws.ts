import type { Sandbox } from '../sandbox/sandbox.ts';
import type { StoredFinding } from '../sandbox/security-hub.ts';
import type { Phase } from './ledger.ts';
import { isFailing, userIdOf } from './records.ts';

/** A phase that has just ended, and what was before it. */
export interface Ended {
  readonly sandbox: Sandbox;
  readonly phase: Phase;
  readonly before: ReadonlyMap<string, StoredFinding>;
  readonly isStale: boolean;
  /** Whether nothing was wrong but that Security Hub could not be read. */
  readonly isBlind: boolean;
}

type Law = (ended: Ended) => readonly string[];

/** What is true after every phase, beside what was owed to be told. */
export function afterPhase(ended: Ended): readonly string[] {
  return Object.entries(LAWS).flatMap(([name, law]) => law(ended).map((what) => `${name}: ${what}`));
}

const LAWS: Readonly<Record<string, Law>> = {
  /** A run fails only if something was made to go wrong. */
  'no-needless-failure': ({ phase: { isDisturbed, outcomes } }) =>
    isDisturbed ? [] : outcomes.filter(({ how }) => how !== 'resolved').map(({ how, why }) => `a run ${how}: ${why}`),

  /** Once a run has resolved, every failing user has an open finding under its present name, and nobody else has. */
  'findings-are-true': ({ sandbox, phase, before, isStale }) => {
    if (!phase.outcomes.some(({ how }) => how === 'resolved')) return [];
    const findings = ownFindings(sandbox);
    const failing = [...sandbox.iam.users.values()].filter(isFailing).flatMap(({ userId, userName }) => {
      const finding = findings.get(userId);
      if (finding === undefined) return [`${userName} fails and has no finding`];
      const { Title = '', RecordState, Compliance, Resources = [] } = finding;
      const state = `${Compliance?.Status}/${RecordState}`;
      const named = [Title, Resources[0]?.Details?.AwsIamUser?.UserName].every((text) => text?.includes(userName));
      const isFresh = isStale || phase.outcomes.length > 1 || before.get(keyOf(finding)) !== finding;
      return [
        ...(state === 'FAILED/ACTIVE' ? [] : [`${userName} fails and its finding is ${state}`]),
        ...(named ? [] : [`the finding of ${userName} is called ${Title}`]),
        ...(isFresh ? [] : [`the finding of ${userName} was not refreshed`]),
      ];
    });
    const others = [...findings].flatMap(([userId, { RecordState, Compliance }]) =>
      isFailing(sandbox.iam.users.get(userId)) || (RecordState === 'ARCHIVED' && Compliance?.Status === 'PASSED')
        ? []
        : [`${userId} does not fail and its finding is ${Compliance?.Status}/${RecordState}`],
    );
    return [...failing, ...others];
  },

  /** Notes and user-defined fields stay; a workflow changes only as Security Hub itself changes it. */
  'customer-owned': ({ sandbox, before }) =>
    [...sandbox.securityHub.findings.values()].flatMap((finding) => {
      const old = before.get(keyOf(finding));
      if (old === undefined || old === finding) return [];
      const kept = [old, finding].map(({ Note, UserDefinedFields }) => JSON.stringify({ Note, UserDefinedFields }));
      const isReset =
        old.RecordState === 'ARCHIVED' && finding.RecordState === 'ACTIVE' && finding.Workflow?.Status === 'NEW';
      const isSame = old.Workflow?.Status === finding.Workflow?.Status;
      return [
        ...(kept[0] === kept[1] ? [] : [`the note of ${finding.Id} was ${kept[0]} and is ${kept[1]}`]),
        ...(isSame || isReset
          ? []
          : [`the workflow of ${finding.Id} was ${old.Workflow?.Status} and is ${finding.Workflow?.Status}`]),
      ];
    }),

  /** CreatedAt and FirstObservedAt stay, unless a run could not yet see what another one had just recorded. */
  'created-once': ({ sandbox: { securityHub }, phase, isStale }) => {
    const violations = securityHub.violations.splice(0);
    return phase.isOverlapping || isStale ? [] : violations;
  },

  /** An alert names users as they are called and keys as they are. */
  'alerts-are-true': ({ sandbox, phase: { told } }) =>
    told.flatMap(({ userId, userName, news, keyIds }) => {
      const user = sandbox.iam.users.get(userId);
      if (news === 'resolved') return isFailing(user) ? [`${userName} was told as resolved and fails`] : [];
      const active = (user?.keys ?? [])
        .filter(({ status }) => status === 'Active')
        .map(({ accessKeyId }) => accessKeyId);
      const isTrue =
        user?.userName === userName && active.length > 1 && `${active.toSorted()}` === `${keyIds.toSorted()}`;
      return isTrue
        ? []
        : [`${userName} was told with keys ${keyIds.join(' ')}; ${user?.userName} has ${active.join(' ')}`];
    }),

  /** Without Security Hub everybody who fails is told, whatever was told before. */
  'blind-tells-all': ({ sandbox, phase: { told }, isBlind }) => {
    const missing = [...sandbox.iam.users.values()].filter(
      (user) => isFailing(user) && !told.some(({ userId }) => userId === user.userId),
    );
    return isBlind
      ? missing.map(({ userName }) => `${userName} fails and was not told while Security Hub was down`)
      : [];
  },
};

function ownFindings({ securityHub }: Sandbox): ReadonlyMap<string, StoredFinding> {
  return new Map([...securityHub.findings.values()].map((finding) => [userIdOf(finding), finding]));
}

function keyOf({ ProductArn, Id }: StoredFinding): string {
  return `${ProductArn}|${Id}`;
}
