import type { SandboxUser } from '../sandbox/iam.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Change } from './history.ts';

/** Few names, so that they are used again. */
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'];

/** Does what a change says to whom it means, and tells it; undefined if there is nobody or nothing to do it to. */
export function apply(change: Change, sandbox: Sandbox): string | undefined {
  const { iam, securityHub } = sandbox;
  switch (change.does) {
    case 'create-user': {
      const userName = freeName(change.name, sandbox);
      if (userName === undefined) return undefined;
      iam.createUser({ userName, keys: Array.from({ length: change.keys }, () => ({})) });
      return `${userName} is created with ${change.keys} keys`;
    }
    case 'set-workflow':
    case 'write-note': {
      const own = [...securityHub.findings.values()].filter(({ GeneratorId }) => GeneratorId === 'aws-iam-009');
      const Id = pick(own, change.finding)?.Id;
      if (Id === undefined) return undefined;
      if (change.does === 'set-workflow') securityHub.update(Id, { workflow: change.to });
      else securityHub.update(Id, { note: `looked at ${Id}`, userDefinedFields: { ticket: 'SEC-1' } });
      return `${Id}: ${change.does === 'set-workflow' ? `workflow is set to ${change.to}` : 'a note is written'}`;
    }
    default: {
      const user = pick(iam.usersByName(), change.who);
      return user && applyToUser(change, user, sandbox);
    }
  }
}

function applyToUser(
  change: Exclude<Change, { does: 'create-user' | 'set-workflow' | 'write-note' }>,
  { userName, keys }: SandboxUser,
  sandbox: Sandbox,
): string | undefined {
  const { iam } = sandbox;
  switch (change.does) {
    case 'delete-user':
      iam.deleteUser(userName);
      return `${userName} is deleted`;
    case 'rename-user': {
      const name = freeName(change.name, sandbox);
      if (name !== undefined) iam.renameUser(userName, name);
      return name && `${userName} is renamed to ${name}`;
    }
    case 'create-key':
      if (keys.length >= 2) return undefined;
      return `${userName} gets key ${iam.createAccessKey(userName).accessKeyId}`;
    case 'use-key':
      for (const { accessKeyId } of keys.slice(0, 1))
        iam.useAccessKey(accessKeyId, { service: 's3', region: 'eu-west-1' });
      return keys.length > 0 ? `the first key of ${userName} is used` : undefined;
    case 'toggle-key':
    case 'delete-key': {
      const key = pick(keys, change.key);
      if (key === undefined) return undefined;
      const { accessKeyId, status } = key;
      if (change.does === 'delete-key') iam.deleteAccessKey(userName, accessKeyId);
      else iam.updateAccessKey(userName, accessKeyId, status === 'Active' ? 'Inactive' : 'Active');
      return `key ${accessKeyId} of ${userName} is ${change.does === 'delete-key' ? 'deleted' : `turned ${status === 'Active' ? 'off' : 'on'}`}`;
    }
  }
}

/** The users of the first day. */
export function populate({ iam }: Sandbox, users: readonly { active: number; inactive: number }[], at: Date): void {
  users.forEach(({ active, inactive }, i) => {
    const old = (status: 'Active' | 'Inactive') => ({ status, createDate: new Date(at.getTime() - 90 * 86_400_000) });
    const keys = [
      ...Array.from({ length: active }, () => old('Active')),
      ...Array.from({ length: inactive }, () => old('Inactive')),
    ];
    iam.createUser({ userName: NAMES[i] ?? `user-${i}`, keys, createDate: new Date(at.getTime() - 99 * 86_400_000) });
  });
}

function freeName(wanted: number, { iam }: Sandbox): string | undefined {
  return pick(
    NAMES.filter((name) => iam.find(name) === undefined),
    wanted,
  );
}

function pick<T>(items: readonly T[], number: number): T | undefined {
  return items[number % items.length];
}
