import type { SandboxUser } from '../sandbox/iam.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import type { StoredFinding } from '../sandbox/security-hub.ts';
import { accountTime, passUntil, setTime } from './virtual-time.ts';

/** An account at one moment, to start from again and again. */
export interface Snapshot {
  readonly at: Date;
  readonly pageSize: number;
  readonly users: readonly SandboxUser[];
  readonly findings: readonly StoredFinding[];
}

export function takeSnapshot({ iam, securityHub }: Sandbox, pageSize: number): Snapshot {
  const findings = [...securityHub.findings.values()];
  return { at: accountTime(), pageSize, users: [...iam.users.values()], findings };
}

/** An account as it was, at the time that it was; only the history of its findings is gone. */
export async function restore({ at, pageSize, users, findings }: Snapshot): Promise<Sandbox> {
  setTime(at);
  const sandbox = await startSandbox({ clock: accountTime, pageSize });
  for (const user of users) sandbox.iam.createUser(user);
  for (const finding of findings) {
    sandbox.securityHub.insert(finding);
    const { Severity, FindingProviderFields: provided, ProductArn, Id } = finding;
    // A severity other than the provider's is the customer's own.
    if (Severity?.Label && provided?.Severity?.Label && Severity.Label !== provided.Severity.Label) {
      sandbox.securityHub.update(`${ProductArn}|${Id}`, { severityLabel: Severity.Label });
    }
  }
  return sandbox;
}

/** Turns the calendar. */
export async function turnTo(time: Date): Promise<void> {
  if (time > accountTime()) await passUntil(time);
}
