import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type Fault, FaultCounter, type Strike, strike } from './faults.ts';
import { readBody, send, sendHalf, signedScope } from './http.ts';
import { authorize, type PolicyDocument } from './policy.ts';
import {
  type AccountFacts,
  type Answer,
  AwsError,
  type Call,
  type Operation,
  type Operations,
  type Protocol,
  type Request,
  type ServiceName,
} from './service.ts';

/** A service as the gateway sees it. */
export interface Service {
  readonly name: ServiceName;
  readonly protocol: Protocol;
  readonly operations: Operations;
  /** Whether requests must be signed for the account's Region; IAM and STS are global. */
  readonly isRegional: boolean;
}

/** What every call passes through, beside the service it is for. */
export interface Surroundings {
  readonly facts: AccountFacts;
  readonly calls: Call[];
  readonly faults: readonly Fault[];
  readonly latencyMs: Partial<Record<ServiceName, number>>;
  /** @throws AwsError if the call comes too soon */
  readonly limit: (call: Request) => void;
  readonly policy: () => PolicyDocument | undefined;
  /** Ends all waiting when the sandbox is closed. */
  readonly closing: AbortSignal;
}

/**
 * The way of one call: read it, note it in the journal, let time pass and faults strike, hold it against the rates and the
 * policy, have the service answer it.
 */
export function gateway(services: readonly Service[], surroundings: Surroundings) {
  const byName = new Map<string, Service>(services.map((service) => [service.name, service]));
  const counter = new FaultCounter();

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { service: name, region } = signedScope(request);
    const service = byName.get(name);
    if (service === undefined) return send(response, unknownService(name, [...byName.keys()]));

    const started = performance.now();
    const call: Writable<Call> = {
      service: service.name,
      operation: '',
      input: {},
      status: 0,
      startedAt: new Date(),
      ms: 0,
    };
    surroundings.calls.push(call);
    const note = (outcome: { status: number; errorCode?: string }) => {
      Object.assign(call, outcome, { ms: performance.now() - started });
    };
    // A client whose clock differs corrects it by this header and tries again, which would hide every denial.
    response.setHeader('date', surroundings.facts.now().toUTCString());
    try {
      const http = { method: request.method ?? '', path: request.url ?? '', body: await readBody(request) };
      Object.assign(call, service.protocol.parse(http));
      const operation = operationOf(service, call.operation, region, surroundings.facts);
      const struck = await strikeAll(counter.striking(surroundings.faults, call), call, surroundings);
      const answer = answerTo(call, struck, { operation, protocol: service.protocol, surroundings });
      const status = deliver(response, answer, struck);
      note({ status, ...(typeof struck === 'string' && { errorCode: struck }) });
    } catch (error) {
      if (surroundings.closing.aborted) return;
      const failure = asAwsError(error);
      note({ status: failure.status, errorCode: failure.code });
      send(response, service.protocol.failure(failure));
    }
  };
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

/** @throws InvalidAction for an operation the sandbox does not know, or an error of signature for another Region */
function operationOf(service: Service, name: string, region: string, facts: AccountFacts): Operation {
  const { operations } = service;
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation === undefined) {
    const known = Object.keys(operations).join(', ');
    throw new AwsError(400, 'InvalidAction', `the sandbox does not know ${service.name}:${name}; it knows ${known}`);
  }
  if (service.isRegional && region !== facts.region) {
    const message = `Credential should be scoped to a valid region: this account lives in ${facts.region}, not ${region}`;
    throw new AwsError(403, 'InvalidSignatureException', message);
  }
  return operation;
}

/** Lets time pass and every fault strike; of several that concern the answer, the last decides. @throws AwsError */
async function strikeAll(striking: readonly Fault[], call: Request, surroundings: Surroundings) {
  const { latencyMs, closing: signal, facts } = surroundings;
  const latency = latencyMs[call.service] ?? 0;
  if (latency > 0) await wait(latency, undefined, { signal });
  let struck: Strike | undefined;
  for (const fault of striking) {
    fault.onHit?.(call);
    const effect = strike(fault, call, facts);
    if (typeof effect === 'object' && 'delayMs' in effect) await wait(effect.delayMs, undefined, { signal });
    else struck = effect;
  }
  return struck;
}

/** The answer the caller gets, or half gets; undefined if the call is not even carried out. */
function answerTo(
  call: Request,
  struck: Strike | undefined,
  { operation, protocol, surroundings }: { operation: Operation; protocol: Protocol; surroundings: Surroundings },
): Answer | undefined {
  if (struck === 'reset' || struck === 'hang') return undefined;
  if (struck === 'malformed' || struck === 'empty') {
    const whole = protocol.success(call.operation, {});
    return { ...whole, body: struck === 'empty' ? '' : whole.body.slice(0, whole.body.length >>> 1) };
  }
  const { limit, policy, facts } = surroundings;
  limit(call);
  const document = policy();
  if (document !== undefined) authorize(document, call, operation, facts);
  const output = operation.answer(call.input);
  return protocol.success(call.operation, typeof struck === 'object' ? struck.edit(output) : output);
}

/** Sends the answer, unless the connection fails. Returns the status sent, or 0. */
function deliver(response: ServerResponse, answer: Answer | undefined, struck: Strike | undefined): number {
  if (struck === 'reset' || struck === 'reset-after') response.destroy();
  if (answer === undefined || struck === 'reset-after') return 0;
  if (struck === 'truncate') sendHalf(response, answer);
  else send(response, answer);
  return answer.status;
}

/** Anything but an AwsError is a mistake in the sandbox itself: it is answered too, so that no test waits for ever. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError(500, 'SandboxFailure', `mistake in the sandbox: ${text}`);
}

function unknownService(name: string, known: readonly string[]): Answer {
  const message = `the sandbox does not know the service '${name}' this request is signed for; it knows ${known.join(', ')}`;
  const body = JSON.stringify({ message });
  return { status: 400, headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'UnknownService' }, body };
}
