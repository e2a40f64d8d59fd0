import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GetUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { GetFindingsCommand, ListMembersCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import type { Fault } from './faults.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const listUsers = (maxAttempts = 1) => clientsOf(sandbox, { maxAttempts }).iam.send(new ListUsersCommand({}));
const getFindings = () => clientsOf(sandbox).securityHub.send(new GetFindingsCommand({}));
const publish = () => clientsOf(sandbox).sns.send(new PublishCommand({ TopicArn: sandbox.sns.topicArn, Message: 'x' }));

async function restart(options: SandboxOptions) {
  await sandbox.close();
  sandbox = await startSandbox(options);
}

describe('what it does not know it refuses', () => {
  test('an operation of a known service', async () => {
    const getUser = clientsOf(sandbox).iam.send(new GetUserCommand({ UserName: 'alice' }));
    await expect(getUser).rejects.toThrow('the sandbox does not know iam:GetUser; it knows ListUsers, ListAccessKeys,');
    const listMembers = clientsOf(sandbox).securityHub.send(new ListMembersCommand({}));
    await expect(listMembers).rejects.toThrow('the sandbox does not know GET /members');
  });

  test('a service: the name is the one the request is signed for', async () => {
    const authorization = 'AWS4-HMAC-SHA256 Credential=A/20261123/eu-central-1/s3/aws4_request, Signature=x';
    const answer = await fetch(sandbox.endpoint, { method: 'POST', headers: { authorization } });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("does not know the service 's3'"),
    ]);
  });

  test('a request signed for another Region, except for IAM, which is global', async () => {
    const configuration = {
      endpoint: sandbox.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'A', secretAccessKey: 'b' },
    };
    await expect(new IAMClient(configuration).send(new ListUsersCommand({}))).resolves.toBeDefined();
    const scope = 'Credential should be scoped to a valid region';
    await expect(new SecurityHubClient(configuration).send(new GetFindingsCommand({}))).rejects.toThrow(scope);
    await expect(new SNSClient(configuration).send(new PublishCommand({ Message: 'x' }))).rejects.toThrow(scope);
  });
});

test('the environment is all an SDK client needs', async () => {
  const script = `
    import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
    const { Users } = await new IAMClient({}).send(new ListUsersCommand({}));
    console.log(Users[0].Arn);`;
  await restart({ account: '444455556666', region: 'us-gov-west-1', partition: 'aws-us-gov' });
  sandbox.iam.createUser({ userName: 'alice' });
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '-e', script], {
    env: { PATH: process.env.PATH, ...sandbox.env },
  });
  expect(stdout.trim()).toBe('arn:aws-us-gov:iam::444455556666:user/alice');
  expect(sandbox.functionArn).toBe('arn:aws-us-gov:lambda:us-gov-west-1:444455556666:function:access-key-check');
});

test('every call is in the journal, with its input and what became of it', async () => {
  await listUsers();
  await clientsOf(sandbox)
    .sns.send(new PublishCommand({ TopicArn: 'arn:aws:sns:eu-central-1:111122223333:x', Message: 'x' }))
    .catch(() => undefined);
  await clientsOf(sandbox).securityHub.send(new GetFindingsCommand({ MaxResults: 7 }));
  const common = { ms: expect.any(Number), startedAt: expect.any(Date) };
  expect(sandbox.calls).toEqual([
    { service: 'iam', operation: 'ListUsers', input: {}, status: 200, ...common },
    {
      service: 'sns',
      operation: 'Publish',
      input: expect.objectContaining({ Message: 'x' }),
      status: 404,
      errorCode: 'NotFound',
      ...common,
    },
    { service: 'securityhub', operation: 'GetFindings', input: { MaxResults: 7 }, status: 200, ...common },
  ]);
});

describe('faults', () => {
  test.each<[Fault['kind'], string, string, string]>([
    ['throttle', 'Throttling', 'TooManyRequestsException', 'Throttling'],
    ['deny', 'AccessDenied', 'AccessDeniedException', 'AuthorizationErrorException'],
    ['error500', 'ServiceFailureException', 'InternalException', 'InternalErrorException'],
    ['unavailable503', 'ServiceUnavailable', 'ServiceUnavailableException', 'ServiceUnavailable'],
    [{ status: 418, code: 'Teapot', message: 'short and stout' }, 'Teapot', 'Teapot', 'Teapot'],
    ['reset', 'TimeoutError', 'TimeoutError', 'TimeoutError'],
    ['reset-after', 'TimeoutError', 'TimeoutError', 'TimeoutError'],
    ['truncate', 'Error', 'Error', 'Error'],
    ['malformed', 'Error', 'SyntaxError', 'Error'],
  ])('%j reaches the SDK as the service would send it', async (kind, iam, securityHub, sns) => {
    sandbox.faults.push({ kind });
    await expect(listUsers()).rejects.toMatchObject({ name: iam });
    await expect(getFindings()).rejects.toMatchObject({ name: securityHub });
    await expect(publish()).rejects.toMatchObject({ name: sns });
  });

  test('empty: the SDK takes an empty body for an answer without any field, not for an error', async () => {
    sandbox.faults.push({ kind: 'empty' });
    expect(await listUsers()).toEqual({ $metadata: expect.anything() });
    expect(await getFindings()).toEqual({ $metadata: expect.anything() });
    expect(await publish()).toEqual({ $metadata: expect.anything() });
  });

  test('edit: an answer may lack a required field', async () => {
    sandbox.faults.push({ kind: { edit: (output) => ({ ...output, IsTruncated: undefined }) } });
    expect(await listUsers()).not.toHaveProperty('IsTruncated');
  });

  test('reset comes before the call is carried out, reset-after and truncate after', async () => {
    sandbox.faults.push({ kind: 'reset', times: 1 }, { kind: 'reset-after', nth: 2 }, { kind: 'truncate', nth: 3 });
    for (const published of [0, 1, 2]) {
      await expect(publish()).rejects.toThrow();
      expect(sandbox.sns.published).toHaveLength(published);
    }
    expect(sandbox.calls.map(({ status, errorCode }) => [status, errorCode])).toEqual([
      [0, 'reset'],
      [0, 'reset-after'],
      [200, 'truncate'],
    ]);
  });

  test('hang never answers, and close() does not wait for it', async () => {
    sandbox.faults.push({ kind: 'hang' });
    const hanging = listUsers().catch((error: Error) => error.message);
    await expect.poll(() => sandbox.calls.length).toBe(1);
    await sandbox.close();
    expect(await hanging).toBe('socket hang up');
  });

  test('a delay makes an answer late, and close() does not wait for it either', async () => {
    sandbox.faults.push({ kind: { delayMs: 30 }, times: 1 }, { kind: { delayMs: 60_000 }, nth: 2 });
    await listUsers();
    expect(sandbox.calls[0]?.ms).toBeGreaterThanOrEqual(29);
    const late = listUsers().catch((error: Error) => error.message);
    await expect.poll(() => sandbox.calls.length).toBe(2);
    await sandbox.close();
    expect(await late).toBe('socket hang up');
  });

  test('a fault is for the calls of its service, its operation and its choice', async () => {
    sandbox.faults.push({ service: 'sns', kind: 'deny' });
    sandbox.faults.push({ operation: 'GetFindings', kind: 'deny', when: ({ input }) => input.MaxResults === 1 });
    await expect(listUsers()).resolves.toBeDefined();
    await expect(getFindings()).resolves.toBeDefined();
    const getOne = clientsOf(sandbox).securityHub.send(new GetFindingsCommand({ MaxResults: 1 }));
    await expect(getOne).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(publish()).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  });

  test('nth is the n-th call only, times how many it hits; every attempt of a retrying client counts', async () => {
    sandbox.faults.push({ kind: 'error500', nth: 2 });
    await listUsers();
    await listUsers(2);
    expect(sandbox.calls.map(({ status }) => status)).toEqual([200, 500, 200]);
  });

  test('onHit may change the account in the middle of a call', async () => {
    sandbox.faults.push({ kind: { delayMs: 0 }, onHit: () => sandbox.iam.createUser({ userName: 'late' }), times: 1 });
    expect((await listUsers()).Users).toHaveLength(1);
    expect((await listUsers()).Users).toHaveLength(1);
  });
});

test('above its rate a service throttles: a token bucket holds the burst and fills by the second', async () => {
  await restart({ rates: { iam: { perSecond: 20, burst: 2 }, GetFindings: { perSecond: 0.001, burst: 1 } } });
  const outcomes = await Promise.allSettled([listUsers(), listUsers(), listUsers(), getFindings(), publish()]);
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
  ]);
  await expect(getFindings()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  await new Promise((resolve) => setTimeout(resolve, 60));
  await expect(listUsers()).resolves.toBeDefined();
});

test('a service may be slow', async () => {
  await restart({ latencyMs: { iam: 25 } });
  await listUsers();
  await getFindings();
  expect(sandbox.calls[0]?.ms).toBeGreaterThanOrEqual(24);
  expect(sandbox.calls[1]?.ms).toBeLessThan(24);
});
