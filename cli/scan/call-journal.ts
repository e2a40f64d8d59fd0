import type { IAMClient } from '@aws-sdk/client-iam';
import type { Denial } from './permissions.ts';

/** What became of the calls of a client, attempt by attempt. */
export interface Journal {
  /** Attempts that IAM answered by "slow down". */
  readonly throttled: () => number;
  readonly denied: () => readonly Denial[];
}

/** Attempts without any answer after which the network counts as down, as long as nothing was ever answered. */
const PATIENCE = 3;

const THROTTLING = ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded'];
const DENIALS = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

/** No answer at all came; `cause` is not set, since the SDK would look into it and try again. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  readonly reason: Error;
  constructor(reason: Error) {
    super(reason.message);
    this.reason = reason;
  }
}

/**
 * Watches every attempt of a client. The SDK's patience is for a service that is busy, so an attempt that fails without
 * an answer before any was answered ends soon, by `Unreachable`.
 */
export function watch(client: IAMClient, onThrottled: () => void): Journal {
  const allowed = new Set<string>();
  const denied = new Map<string, { times: number; message: string }>();
  let [throttled, answered, unanswered] = [0, 0, 0];
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (call) => {
        const action = `iam:${commandName.replace(/Command$/, '')}`;
        try {
          const answer = await next(call);
          answered += 1;
          allowed.add(action);
          return answer;
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          if (hasAnswer(error)) answered += 1;
          else if (answered === 0 && ++unanswered >= PATIENCE) throw new Unreachable(error);
          if (THROTTLING.includes(error.name)) {
            throttled += 1;
            onThrottled();
          }
          if (DENIALS.includes(error.name)) {
            const { times, message } = denied.get(action) ?? { times: 0, message: error.message };
            denied.set(action, { times: times + 1, message });
          }
          throw error;
        }
      },
    { step: 'deserialize', priority: 'high', name: 'callJournal' },
  );
  return {
    throttled: () => throttled,
    denied: () => [...denied].map(([action, what]) => ({ action, ...what, elsewhere: allowed.has(action) })),
  };
}

function hasAnswer(error: Error): boolean {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
}
