import type { Fault, FaultKind as SandboxFault } from '../sandbox/faults.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { type CallId, keyOf } from './calls.ts';
import { editsOf, withoutIsTruncated } from './missing-fields.ts';

/** One way in which a call can go wrong. */
export interface FaultKind {
  readonly name: string;
  /**
   * What has to become of the call: a retry absorbs it; it fails for good, so that the run has to say so; or the whole
   * process is killed at it.
   */
  readonly effect: 'absorbed' | 'fatal' | 'killed';
  /** The cause as a failed run has to give it. */
  readonly says: RegExp;
  readonly install: (sandbox: Sandbox, call: CallId, kill: () => void) => void;
}

const RESET = /ECONNRESET|socket hang up|aborted/i;
const THROTTLED = /Throttling|TooManyRequests/;
const INTERNAL = /ServiceFailure|InternalException|InternalError/;

/** Every kind that can be tried on a call. */
export function kindsFor(call: CallId): readonly FaultKind[] {
  return [
    fatal('denied', 'deny', /AccessDenied|AuthorizationError/),
    once('throttled once', 'throttle'),
    fatal('throttled past the retries', 'throttle', THROTTLED),
    once('500 once', 'error500'),
    fatal('500 past the retries', 'error500', INTERNAL),
    once('reset', 'reset'),
    fatal('reset past the retries', 'reset', RESET),
    once('reset after it was carried out', 'reset-after'),
    fatal('reset after it was carried out, past the retries', 'reset-after', RESET),
    once('truncated', 'truncate'),
    fatal('truncated past the retries', 'truncate', /aborted|ECONNRESET|without|more|JSON|neither/i),
    fatal('malformed', 'malformed', /./),
    fatal('empty', 'empty', /without|accounted for|neither/),
    once('no answer', 'hang'),
    fatal('no answer past the retries', 'hang', /TimeoutError|no time was left for it/),
    once('late', { delayMs: 5_000 }),
    once('later than the time-out', { delayMs: 12_000 }),
    killed('killed before', 'reset'),
    killed('killed after', 'reset-after'),
    ...editsOf(call).map(({ name, edit }) => fatal(name, { edit }, /without|accounted for|neither|more/)),
    ...withoutIsTruncated(call).map(({ name, edit }) => ({
      ...fatal(name, { edit }, /^$/),
      effect: 'absorbed' as const,
    })),
    ...(call.operation === 'BatchImportFindings' ? REFUSALS : []),
  ];
}

/** The second attempt works. */
function once(name: string, kind: SandboxFault): FaultKind {
  const install: FaultKind['install'] = ({ faults }, call) => faults.push({ ...at(call), nth: call.occurrence, kind });
  return { name, effect: 'absorbed', says: /^$/, install };
}

/** Every attempt fails. */
function fatal(name: string, kind: SandboxFault, says: RegExp): FaultKind {
  return {
    name,
    effect: 'fatal',
    says,
    install: ({ faults }, call) => {
      let seen = 0;
      faults.push({ when: (request) => keyOf(request) === call.key && ++seen >= call.occurrence, kind });
    },
  };
}

function killed(name: string, kind: 'reset' | 'reset-after'): FaultKind {
  const install: FaultKind['install'] = ({ faults }, call, kill) =>
    faults.push({ ...at(call), nth: call.occurrence, kind, onHit: kill });
  return { name, effect: 'killed', says: /^$/, install };
}

/** Security Hub takes the batch but not its first finding: the first time only, or for good. */
const REFUSALS: readonly FaultKind[] = [
  { name: 'one finding refused once', effect: 'absorbed', says: /^$/, install: refuse('InternalFailure', 1) },
  { name: 'one finding refused', effect: 'fatal', says: /InternalFailure: no/, install: refuse('InternalFailure') },
  {
    name: 'one finding refused as invalid',
    effect: 'fatal',
    says: /InvalidInput: no/,
    install: refuse('InvalidInput'),
  },
];

function refuse(ErrorCode: string, times = Number.POSITIVE_INFINITY): FaultKind['install'] {
  return ({ faults, securityHub }, call) => {
    let left = times;
    let first: string | undefined;
    securityHub.refuse = ({ Id }) => {
      if (first === undefined || Id !== first || left <= 0) return undefined;
      left -= 1;
      return { ErrorCode, ErrorMessage: 'no' };
    };
    const onHit: Fault['onHit'] = ({ input }) => {
      first ??= (input.Findings as readonly { Id: string }[])[0]?.Id;
    };
    faults.push({ ...at(call), nth: call.occurrence, kind: { delayMs: 0 }, onHit });
  };
}

function at(call: CallId): Pick<Fault, 'when'> {
  return { when: (request) => keyOf(request) === call.key };
}
