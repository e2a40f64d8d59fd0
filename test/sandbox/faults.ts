import { denied } from './policy.ts';
import { type AccountFacts, AwsError, type Request, type ServiceName } from './service.ts';

/** Something that goes wrong with some calls. The list of faults may change at any time. */
export interface Fault {
  /** Which calls it is for: those of a service, of an operation, those that `when` picks. All calls if none is given. */
  readonly service?: ServiceName;
  readonly operation?: string;
  readonly when?: (call: Request) => boolean;
  /** Only the n-th of these calls, counted from 1; every attempt of a retrying client counts. */
  readonly nth?: number;
  /** How many of these calls it hits; every one if not given. */
  times?: number;
  readonly kind: FaultKind;
  /** Called as it strikes, before anything else: for example to change the account in the middle of a run. */
  onHit?: (call: Request) => void;
}

export type FaultKind =
  | 'throttle'
  | 'deny'
  | 'error500'
  | 'unavailable503'
  /** The connection is cut before the call is carried out. */
  | 'reset'
  /** The call is carried out, then the connection is cut. */
  | 'reset-after'
  /** The call is carried out, but only half of the answer arrives. */
  | 'truncate'
  /** Status 200 with a body that does not parse; the call is not carried out. */
  | 'malformed'
  /** Status 200 without a body; the call is not carried out. */
  | 'empty'
  /** Never an answer; the call is not carried out. */
  | 'hang'
  /** The call is answered as usual, later. */
  | Delay
  /** The call is carried out, but its answer is changed: for example a required field is left out. */
  | { readonly edit: (output: Record<string, unknown>) => Record<string, unknown> }
  /** An error of one's own making. */
  | { readonly status: number; readonly code: string; readonly message: string };

/** Milliseconds by which an answer is late. */
interface Delay {
  readonly delayMs: number;
}

/** The faults that are no answer of the service. */
export type Strike = Exclude<FaultKind, 'throttle' | 'deny' | 'error500' | 'unavailable503' | { code: string } | Delay>;

/** Keeps count of the calls each fault saw. */
export class FaultCounter {
  readonly #seen = new WeakMap<Fault, number>();
  readonly #hits = new WeakMap<Fault, number>();

  /** The faults that strike this call, in the order of the list. Counting happens here, so ask once for each call. */
  striking(faults: readonly Fault[], call: Request): readonly Fault[] {
    return faults.filter((fault) => {
      if (!concerns(fault, call)) return false;
      const seen = (this.#seen.get(fault) ?? 0) + 1;
      this.#seen.set(fault, seen);
      const hits = this.#hits.get(fault) ?? 0;
      if ((fault.nth !== undefined && seen !== fault.nth) || hits >= (fault.times ?? Number.POSITIVE_INFINITY))
        return false;
      this.#hits.set(fault, hits + 1);
      return true;
    });
  }
}

/** What a fault does to this call. @throws AwsError for those that are an answer of the service */
export function strike({ kind }: Fault, { service, operation }: Request, facts: AccountFacts): Strike | Delay {
  if (typeof kind === 'object') {
    if ('code' in kind) throw new AwsError(kind.status, kind.code, kind.message);
    return kind;
  }
  switch (kind) {
    case 'throttle':
      throw throttled(service);
    case 'deny':
      throw denied(service, facts, `${service}:${operation}`);
    case 'error500':
      throw new AwsError(500, INTERNAL[service], 'We encountered an internal error. Please try again.');
    case 'unavailable503':
      throw new AwsError(503, UNAVAILABLE[service], 'Service is unable to handle request.');
    case 'reset':
    case 'reset-after':
    case 'truncate':
    case 'malformed':
    case 'empty':
    case 'hang':
      return kind;
  }
}

/** "Too many requests", as each service says it. */
export function throttled(service: ServiceName): AwsError {
  if (service === 'securityhub') return new AwsError(429, 'TooManyRequestsException', 'Too Many Requests');
  return new AwsError(400, 'Throttling', 'Rate exceeded');
}

const INTERNAL: Readonly<Record<ServiceName, string>> = {
  iam: 'ServiceFailure',
  securityhub: 'InternalException',
  sns: 'InternalError',
  sts: 'InternalFailure',
};

const UNAVAILABLE: Readonly<Record<ServiceName, string>> = {
  iam: 'ServiceUnavailable',
  securityhub: 'ServiceUnavailableException',
  sns: 'ServiceUnavailable',
  sts: 'ServiceUnavailable',
};

function concerns({ service, operation, when }: Fault, call: Request): boolean {
  return (
    (service === undefined || service === call.service) &&
    (operation === undefined || operation === call.operation) &&
    (when === undefined || when(call))
  );
}
