import { createServer } from 'node:http';
import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import type { Alert, Item } from '../lambda/alerts/alert.ts';
import { type AccessKey, byAge, DAY, type IamUser, type LastUse, type UsedKey } from '../lambda/check/access-key.ts';
import { type DiagnosisSettings, diagnose } from '../lambda/check/diagnose.ts';
import { type FailingUser, findingId, GENERATOR_ID, type StoredFinding, type Told } from '../lambda/check/reconcile.ts';
import type { Config } from '../lambda/config.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
export const NOW = new Date('2026-11-23T06:00:00.000Z');

/** Where findings come from, as the adapters and `toFinding` take it. */
export const ORIGIN = { account: ACCOUNT, partition: 'aws', region: REGION, severity: 'MEDIUM' } as const;

export const PRODUCT = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;

/** So many days before `NOW`; negative numbers are days to come. */
export function ago(days: number): Date {
  return new Date(NOW.getTime() - days * DAY);
}

export function iamUser(fields: Partial<IamUser> = {}): IamUser {
  const { userName = 'alice', path = '/' } = fields;
  return {
    userId: 'AIDAALICE',
    userName,
    path,
    arn: `arn:aws:iam::${ACCOUNT}:user${path}${userName}`,
    createDate: ago(400),
    ...fields,
  };
}

export function accessKey(fields: Partial<AccessKey> = {}): AccessKey {
  return { id: 'AKIAOLDER00000000001', status: 'Active', createDate: ago(300), ...fields };
}

export const NEVER: LastUse = { kind: 'never' };
export const UNREADABLE: LastUse = { kind: 'unknown', reason: 'AccessDenied: no' };

export function used(daysAgo: number, service = 's3', region: string | undefined = REGION): LastUse {
  return { kind: 'used', at: ago(daysAgo), service, region };
}

export function usedKey(fields: Partial<UsedKey> = {}): UsedKey {
  return { ...accessKey(fields), lastUse: NEVER, ...fields };
}

/** A key that is older than the `newer` one and has not been used for 90 days. */
export const older = usedKey({ lastUse: used(90) });
/** A key that was used yesterday. */
export const newer = usedKey({ id: 'AKIANEWER00000000002', createDate: ago(100), lastUse: used(1) });

/** Alice, whose newer key is in use, as `diagnose` sees her. */
export function failingUser(
  fields: Partial<Omit<FailingUser, 'keys'>> & { keys?: readonly UsedKey[] } & Partial<DiagnosisSettings> = {},
): FailingUser {
  const { rotationGraceDays = 0, unusedAfterDays = 14, keys: given = [older, newer], ...rest } = fields;
  const [first = older, second = newer, ...more] = given.toSorted(byAge);
  const keys = [first, second, ...more] as const;
  const diagnosis = diagnose(keys, { rotationGraceDays, unusedAfterDays }, NOW);
  return { status: 'FAILED', user: iamUser(), tags: [], diagnosis, ...rest, keys };
}

/** That the failure of `keys` was told, a day ago if nothing else is said. */
export function told(fields: Partial<Told> = {}): Told {
  return { status: 'FAILED', at: ago(1), activeKeyIds: [older.id, newer.id], ...fields };
}

/** Alice's open finding, not told yet. */
export function storedFinding(fields: Partial<StoredFinding> = {}): StoredFinding {
  const { userId = 'AIDAALICE' } = fields;
  return {
    id: findingId(ACCOUNT, userId),
    userId,
    userName: 'alice',
    createdAt: '2026-11-01T06:00:00.000Z',
    firstObservedAt: '2026-11-01T06:00:00.000Z',
    lastObservedAt: '2026-11-22T06:00:00.000Z',
    updatedAt: '2026-11-22T06:00:00.000Z',
    recordState: 'ACTIVE',
    compliance: 'FAILED',
    workflow: 'NEW',
    told: undefined,
    body: findingBody(),
    ...fields,
  };
}

/** A finding as Security Hub returns it: of ours and complete, with nothing of the customer's. */
export function findingBody(fields: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding {
  return {
    SchemaVersion: '2018-10-08',
    Id: `${GENERATOR_ID}/${ACCOUNT}/AIDAALICE`,
    ProductArn: PRODUCT,
    GeneratorId: GENERATOR_ID,
    AwsAccountId: ACCOUNT,
    CreatedAt: '2026-11-01T06:00:00.000Z',
    UpdatedAt: '2026-11-22T06:00:00.000Z',
    Title: 'IAM user alice has more than one active access key',
    Description: 'Two keys',
    FindingProviderFields: { Severity: { Label: 'MEDIUM' }, Types: ['Software and Configuration Checks'] },
    Resources: [
      { Type: 'AwsIamUser', Id: iamUser().arn, Partition: 'aws', Details: { AwsIamUser: { UserName: 'alice' } } },
    ],
    ...fields,
  };
}

export function config(fields: Partial<Config> = {}): Config {
  const topic = { arn: `arn:aws:sns:${REGION}:${ACCOUNT}:alerts`, region: REGION };
  const days = { reminderDays: 7, rotationGraceDays: 0, unusedAfterDays: 14 };
  return { ...ORIGIN, topic, ...days, sweep: 'auto', ...fields };
}

/** News of a failing user: Alice, unless another is given. */
export function failureItem(
  fields: Partial<Extract<Item, { record: 'FAILED' }>> = {},
): Extract<Item, { record: 'FAILED' }> {
  return { record: 'FAILED', failing: failingUser(), stored: undefined, told: undefined, news: 'new', ...fields };
}

/** News that a stored finding is resolved. */
export function resolvedItem(
  fields: Partial<Extract<Item, { record: 'PASSED' }>> = {},
): Extract<Item, { record: 'PASSED' }> {
  return {
    record: 'PASSED',
    stored: storedFinding(),
    userName: 'alice',
    reason: 'key deactivated or deleted',
    told: told(),
    news: 'resolved',
    ...fields,
  };
}

/** An alert about these items, in an account where nobody else fails and everybody was read. */
export function alertOf(items: readonly Item[], fields: Partial<Alert> = {}): Alert {
  const failing = items.filter(({ record }) => record === 'FAILED').length;
  return {
    config: config(),
    at: NOW,
    items,
    failing,
    listed: items.length,
    narrowed: undefined,
    unreadable: [],
    unrecorded: undefined,
    ...fields,
  };
}

/**
 * A service that gives these answers with status 200, in turn and then the last one for ever, whatever it is asked: for
 * answers which the sandbox would never give. Each body is a text, or an object that is sent as JSON.
 */
export async function serviceAnswering(...bodies: readonly (string | object)[]) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = bodies[Math.min(requests.length, bodies.length - 1)] ?? '';
    requests.push(Buffer.concat(chunks).toString());
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the service listens on no port');
  return {
    /** What an SDK client needs in order to talk to this service, once for each call. */
    configuration: {
      endpoint: `http://127.0.0.1:${address.port}`,
      region: REGION,
      credentials: { accessKeyId: 'AKIASANDBOXSANDBOX12', secretAccessKey: 'sandbox' },
      maxAttempts: 1,
    },
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
