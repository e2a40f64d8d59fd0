import { AnswerError, RegionError } from './account.ts';
import { error, type Line, warning } from './line.ts';
import { AwsCliError } from './slack.ts';

/** What a look needs: the name of the thing, and the permission to see it. */
export interface Subject {
  readonly about: string;
  readonly permission: string;
}

/** How a line begins that says nothing about the thing itself. */
export const BLIND = 'could not look';

const KNOWN = [AnswerError, RegionError, AwsCliError];
/** The names of the errors by which the services deny something. */
export const DENIED = /^(AccessDenied|AuthorizationError|UnauthorizedOperation|NotAuthorized)/;
const THROTTLED = /^(Throttl|TooManyRequests|RequestLimitExceeded|LimitExceeded)/;
const UNREACHABLE =
  /^(E[A-Z_]+|ENOTFOUND|ERR_TLS_\w+|CERT_\w+|SELF_SIGNED\w*|UNABLE_TO_\w+|TimeoutError|ProxyRefused)$/;

/** The lines of a check; where AWS could not be asked, the one line that says so, which is never `ok`. */
export async function looking(subject: Subject, check: () => Promise<readonly Line[]>): Promise<readonly Line[]> {
  try {
    return await check();
  } catch (problem) {
    if (!isFromAws(problem)) throw problem;
    return [couldNotLook(subject, problem)];
  }
}

/** A denial may be nobody's fault, and the rest works: a warning. Anything else that keeps us from looking is an error. */
function couldNotLook({ about, permission }: Subject, problem: Error): Line {
  if (DENIED.test(problem.name)) {
    const by = denierIn(problem.message);
    const todo = by
      ? `ask whoever looks after that ${by}; until then nobody knows whether this is fine`
      : 'allow it, or ask somebody who may; until then nobody knows whether this is fine';
    return warning(about, `${BLIND}: ${permission} is denied${by ? ` by a ${by}` : ''}`, { todo });
  }
  if (THROTTLED.test(problem.name))
    return error(about, `${BLIND}: AWS is throttling (${problem.name})`, { todo: 'run this again in a minute' });
  const code = unreachable(problem);
  if (code) return error(about, `${BLIND}: AWS could not be reached (${code})`, { todo: REACH });
  return error(about, `${BLIND}: ${problem.name}: ${problem.message}`, {
    todo: `look at it by hand; the call needs ${permission}`,
  });
}

/** The kind of policy that denies, where AWS names it. */
export function denierIn(message: string): string | undefined {
  return /with an explicit deny in an? ([\w -]+)/.exec(message)?.[1];
}

/** What to do when nothing answers. */
export const REACH = 'check the network, the VPN and the firewall, and whether the name of the Region is right';

/** How the network failed, if it did. */
export function unreachable(problem: Error): string | undefined {
  if (problem.message.startsWith('Could not connect to the endpoint URL')) return 'no connection';
  const codes = [problem.name, 'code' in problem ? String(problem.code) : ''];
  return codes.find((code) => UNREACHABLE.test(code));
}

/** Whether this is an error of AWS, of its clients or of the network, and not a defect of this program. */
export function isFromAws(problem: unknown): problem is Error {
  if (!(problem instanceof Error)) return false;
  if (KNOWN.some((kind) => problem instanceof kind)) return true;
  return '$metadata' in problem || problem.name.endsWith('ProviderError') || unreachable(problem) !== undefined;
}
