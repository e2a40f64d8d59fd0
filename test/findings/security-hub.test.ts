import { type AwsSecurityFinding, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toFinding } from '../../lambda/findings/asff.ts';
import { type FindingStore, securityHub } from '../../lambda/findings/security-hub.ts';
import { toStored } from '../../lambda/findings/stored-finding.ts';
import { failingUser, failureItem, findingBody, iamUser, NOW, ORIGIN, PRODUCT, serviceAnswering } from '../builders.ts';
import { clientsOf } from '../sandbox/clients.ts';
import type { Fault } from '../sandbox/faults.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';

let sandbox: Sandbox;
let client: SecurityHubClient;
let store: FindingStore;

beforeAll(async () => {
  sandbox = await startSandbox({ pageSize: 3 });
  client = clientsOf(sandbox).securityHub;
  store = securityHub(client, ORIGIN, timing());
});
afterAll(() => sandbox.close());
beforeEach(() => {
  const { securityHub: hub } = sandbox;
  hub.expire(new Date('2100-01-01'));
  hub.enabled = true;
  hub.refuse = () => undefined;
  sandbox.faults.length = 0;
  sandbox.calls.length = 0;
});

function timing({ listing = new AbortController().signal, importing = new AbortController().signal } = {}) {
  return { listing, importing: () => importing, retryDelayMs: 1 };
}

/** A finding as the check makes it; each number is another user. */
function finding(number: number): AwsSecurityFinding {
  const user = iamUser({ userId: `AIDA${number}`, userName: `user-${number}` });
  return toFinding(failureItem({ failing: failingUser({ user }) }), ORIGIN, true, NOW);
}

const findings = (count: number) => Array.from({ length: count }, (_, i) => finding(i));

const strike = (operation: string, kind: Fault['kind'], more: Partial<Fault> = {}) =>
  sandbox.faults.push({ operation, kind, ...more });
const idsOf = (some: readonly { readonly Id?: string | undefined }[]) => some.map(({ Id = '' }) => Id);
const imported = () => [...sandbox.securityHub.findings.values()];

describe('our findings', () => {
  test('are none in an account that has none', async () => {
    expect(await store.list()).toEqual([]);
  });

  test('are all read, over many pages, as they were imported', async () => {
    const sent = findings(10);
    await store.importAll(sent);
    const stored = await store.list();
    expect(stored.map(({ id }) => id).toSorted()).toEqual(idsOf(sent).toSorted());
    expect(stored).toEqual(imported().map((body) => toStored(body, ORIGIN)));
    expect(sandbox.calls.filter(({ operation }) => operation === 'GetFindings')).toHaveLength(4);
  });

  test('are asked for by product, generator and account', async () => {
    await store.list();
    expect(sandbox.calls).toMatchObject([
      {
        input: {
          MaxResults: 100,
          Filters: {
            ProductArn: [{ Value: PRODUCT, Comparison: 'EQUALS' }],
            GeneratorId: [{ Value: 'aws-iam-009', Comparison: 'EQUALS' }],
            AwsAccountId: [{ Value: '111122223333', Comparison: 'EQUALS' }],
          },
        },
      },
    ]);
  });

  test.each([
    ['product', { ProductArn: 'arn:aws:securityhub:eu-central-1::product/aws/guardduty' }],
    ['Region', { ProductArn: PRODUCT.replace('eu-central-1', 'eu-west-1') }],
    ['generator', { GeneratorId: 'aws-iam-010' }],
    ['account', { AwsAccountId: '999999999999', Id: 'aws-iam-009/999999999999/AIDAALICE' }],
  ])('are not those of another %s, even if Security Hub returns them', async (_, fields) => {
    sandbox.securityHub.insert(findingBody(fields));
    expect(await store.list()).toEqual([]);
    strike('GetFindings', { edit: () => ({ Findings: [findingBody(fields), findingBody()] }) });
    expect(await store.list()).toEqual([toStored(findingBody(), ORIGIN)]);
  });

  test.each([
    ['first', '2026-11-22T06:00:00Z', '2026-11-21T06:00:00Z'],
    ['last', '2026-11-21T06:00:00Z', '2026-11-22T06:00:00Z'],
  ])('count once in their newest version, when that comes on the %s of two pages', async (_, one, two) => {
    await using service = await serviceAnswering(
      { Findings: [findingBody({ UpdatedAt: one })], NextToken: 'more' },
      { Findings: [findingBody({ UpdatedAt: two })] },
    );
    expect(await storeOf(service).list()).toMatchObject([{ updatedAt: '2026-11-22T06:00:00Z' }]);
    expect(service.requests[1]).toContain('"NextToken":"more"');
  });

  test.each([
    ['a page without Findings', [{}]],
    ['an empty answer', ['']],
    ['an answer that does not parse', ['{"Findings": [']],
    ['an answer that is something else', ['<html>502</html>']],
    ['the same page again and again', [{ Findings: [], NextToken: 'same' }]],
    ['a second page without Findings', [{ Findings: [], NextToken: 'more' }, {}]],
    ['one of ours that is incomplete', [{ Findings: [findingBody({ CreatedAt: undefined })] }]],
  ])('are not known after %s', async (_, bodies) => {
    await using service = await serviceAnswering(...bodies);
    await expect(storeOf(service).list()).rejects.toThrow();
  });

  test('end where Security Hub gives an empty token', async () => {
    await using service = await serviceAnswering({ Findings: [findingBody()], NextToken: '' });
    expect(await storeOf(service).list()).toHaveLength(1);
  });

  test.each<[string, Fault['kind'], RegExp]>([
    ['denied', 'deny', /not authorized/],
    ['cut off', 'reset', /socket hang up|ECONNRESET/],
    ['cut in the middle', 'truncate', /abort|terminated|ECONNRESET/i],
    ['empty', 'empty', /without Findings/],
    ['malformed', 'malformed', /./],
    ['throttled', 'throttle', /Too Many Requests/],
    ['an error of the server', 'error500', /internal error/],
  ])('are not known when an answer is %s, be it only for the last page', async (_, kind, error) => {
    await store.importAll(findings(7));
    strike('GetFindings', kind, { nth: 3 });
    await expect(store.list()).rejects.toThrow(error);
  });

  test('are not known in an account that is not subscribed', async () => {
    sandbox.securityHub.enabled = false;
    await expect(store.list()).rejects.toMatchObject({
      name: 'InvalidAccessException',
      message: expect.stringContaining('not subscribed'),
    });
  });

  test('are read again where a retry helps', async () => {
    await store.importAll(findings(1));
    strike('GetFindings', 'throttle', { nth: 1 });
    strike('GetFindings', 'reset', { nth: 2 });
    const patient = securityHub(clientsOf(sandbox, { maxAttempts: 3 }).securityHub, ORIGIN, timing());
    expect(await patient.list()).toHaveLength(1);
  });

  test('are given up once the time for it has run out', async () => {
    const aborted = securityHub(client, ORIGIN, timing({ listing: AbortSignal.abort() }));
    await expect(aborted.list()).rejects.toMatchObject({ name: 'AbortError' });
    strike('GetFindings', 'hang');
    const late = securityHub(client, ORIGIN, timing({ listing: AbortSignal.timeout(20) }));
    await expect(late.list()).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('importing', () => {
  test('nothing is no call', async () => {
    expect(await store.importAll([])).toEqual([]);
    expect(sandbox.calls).toEqual([]);
  });

  test('sends a hundred findings at a time', async () => {
    const sent = findings(201);
    expect(await store.importAll(sent)).toEqual([]);
    expect(sandbox.calls.map(({ input: { Findings } }) => (Array.isArray(Findings) ? Findings.length : 0))).toEqual([
      100, 100, 1,
    ]);
    expect(idsOf(imported())).toEqual(idsOf(sent));
  });

  test('gives back each finding that is wrong, once, and records the others', async () => {
    const [good, bad] = [finding(1), finding(2)];
    const refused = await store.importAll([{ ...bad, Title: '' }, good]);
    expect(refused).toMatchObject([{ id: bad.Id, reason: expect.stringMatching(/^InvalidInput: .*Title/) }]);
    expect(idsOf(imported())).toEqual([good.Id]);
    expect(sandbox.calls).toHaveLength(1);
  });

  test.each(['InvalidInput', 'InvalidAccess'])('does not send again what is refused for %s', async (code) => {
    sandbox.securityHub.refuse = () => ({ ErrorCode: code, ErrorMessage: 'no' });
    const sent = findings(2);
    expect(await store.importAll(sent)).toMatchObject(sent.map(({ Id }) => ({ id: Id, reason: `${code}: no` })));
    expect(sandbox.calls).toHaveLength(1);
  });

  test('sends again what is refused for another reason, and only that', async () => {
    const sent = findings(3);
    let refusals = 2;
    sandbox.securityHub.refuse = ({ Id }) =>
      Id === sent[1]?.Id && refusals-- > 0 ? { ErrorCode: 'InternalError', ErrorMessage: 'later' } : undefined;
    expect(await store.importAll(sent)).toEqual([]);
    expect(idsOf(imported()).toSorted()).toEqual(idsOf(sent).toSorted());
    const batches = sandbox.calls.map(({ input: { Findings } }) => (Array.isArray(Findings) ? idsOf(Findings) : []));
    expect(batches).toEqual([idsOf(sent), [sent[1]?.Id], [sent[1]?.Id]]);
  });

  test('gives back once what is wrong, while several others are sent again', async () => {
    const [wrong, ...unlucky] = findings(3);
    const refusing = new Set(idsOf(unlucky));
    sandbox.securityHub.refuse = ({ Id }) =>
      refusing.delete(Id ?? '') ? { ErrorCode: 'InternalError', ErrorMessage: 'later' } : undefined;
    const refused = await store.importAll([{ ...finding(0), Title: '' }, ...unlucky]);
    expect(refused.map(({ id }) => id)).toEqual([wrong?.Id]);
    expect(idsOf(imported())).toEqual(idsOf(unlucky));
  });

  test('waits longer and longer before it sends a finding again', async () => {
    const patient = securityHub(client, ORIGIN, { ...timing(), retryDelayMs: 20 });
    sandbox.securityHub.refuse = () => ({ ErrorCode: 'InternalError', ErrorMessage: 'later' });
    const before = performance.now();
    await patient.importAll(findings(1));
    expect(performance.now() - before).toBeGreaterThanOrEqual(20 + 40 + 80 - 3);
  });

  test('gives up after a few times, and forgets neither what is wrong nor what is refused for ever', async () => {
    const [good, bad, unlucky] = [finding(1), finding(2), finding(3)];
    sandbox.securityHub.refuse = ({ Id }) =>
      Id === unlucky.Id ? { ErrorCode: 'InternalError', ErrorMessage: 'later' } : undefined;
    const refused = await store.importAll([good, { ...bad, Title: '' }, unlucky]);
    expect(refused).toMatchObject([{ id: bad.Id }, { id: unlucky.Id, reason: 'InternalError: later' }]);
    expect(sandbox.calls).toHaveLength(4);
  });

  test.each<[string, Fault['kind'], RegExp]>([
    ['denied', 'deny', /^AccessDeniedException: /],
    ['throttled', 'throttle', /^TooManyRequestsException: /],
    ['an error', 'error500', /^InternalException: /],
    ['cut off', 'reset', /socket hang up|ECONNRESET/],
    ['empty', 'empty', /accounted for 0 of/],
    ['malformed', 'malformed', /./],
  ])(
    'counts a whole batch as not recorded when the answer is %s, and goes on with the next',
    async (_, kind, reason) => {
      const sent = findings(101);
      strike('BatchImportFindings', kind, { nth: 1 });
      const refused = await store.importAll(sent);
      expect(refused.map(({ id }) => id)).toEqual(idsOf(sent.slice(0, 100)));
      expect(refused.filter((each) => !reason.test(each.reason))).toEqual([]);
      expect(idsOf(imported())).toEqual([sent[100]?.Id]);
    },
  );

  test('counts nothing as recorded in an account that is not subscribed', async () => {
    sandbox.securityHub.enabled = false;
    expect(await store.importAll(findings(1))).toMatchObject([{ reason: expect.stringMatching(/^InvalidAccess/) }]);
  });

  test.each([
    ['no counts', {}, 0],
    ['too few', { SuccessCount: 1, FailedCount: 0, FailedFindings: [] }, 1],
    ['too many', { SuccessCount: 3, FailedCount: 0 }, 3],
    ['failures it does not name', { SuccessCount: 1, FailedCount: 1, FailedFindings: [] }, 1],
    ['more failures than were sent', { SuccessCount: 2, FailedCount: 1, FailedFindings: [{ Id: 'x' }] }, 3],
  ])('counts nothing as recorded when Security Hub answers with %s', async (_, output, accounted) => {
    strike('BatchImportFindings', { edit: () => output });
    const sent = findings(2);
    const reason = `Security Hub accounted for ${accounted} of 2 findings`;
    expect(await store.importAll(sent)).toEqual(sent.map(({ Id }) => ({ id: Id, reason })));
  });

  test('counts a refusal without a code as one that may pass', async () => {
    const sent = finding(1);
    await using service = await serviceAnswering(
      { SuccessCount: 0, FailedCount: 1, FailedFindings: [{ Id: sent.Id, ErrorMessage: 'odd' }] },
      { SuccessCount: 1, FailedCount: 0, FailedFindings: [] },
    );
    expect(await storeOf(service).importAll([sent])).toEqual([]);
    expect(service.requests).toHaveLength(2);
  });

  test('gives back a refusal even if it does not say of what', async () => {
    await using service = await serviceAnswering({ SuccessCount: 1, FailedFindings: [{ ErrorCode: 'Odd' }] });
    expect(await storeOf(service).importAll(findings(2))).toMatchObject([{ id: '' }]);
  });

  test('a refusal of an id that was not sent is not forgotten while another one is sent again', async () => {
    const [sent, other] = [finding(1), finding(2)];
    await using service = await serviceAnswering(
      {
        SuccessCount: 0,
        FailedFindings: [
          { Id: sent.Id, ErrorCode: 'InternalError', ErrorMessage: 'later' },
          { Id: 'unknown', ErrorCode: 'InternalError', ErrorMessage: 'later' },
        ],
      },
      { SuccessCount: 1, FailedFindings: [] },
    );
    expect(await storeOf(service).importAll([sent, other])).toMatchObject([{ id: 'unknown' }]);
  });

  test('a finding without an id is refused like any other', async () => {
    const nameless = { ...finding(1), Id: undefined };
    strike('BatchImportFindings', 'deny');
    expect(await store.importAll([nameless])).toMatchObject([{ id: '' }]);
  });

  test('counts everything as not recorded once the time for it has run out', async () => {
    const late = securityHub(client, ORIGIN, timing({ importing: AbortSignal.abort() }));
    const sent = findings(2);
    expect(await late.importAll(sent)).toEqual(sent.map(({ Id }) => ({ id: Id, reason: 'no time was left for it' })));
  });

  test('does not wait to send a refused finding again once the time for it has run out', async () => {
    const time = new AbortController();
    sandbox.securityHub.refuse = () => {
      setTimeout(() => time.abort(), 20);
      return { ErrorCode: 'InternalError', ErrorMessage: 'later' };
    };
    const slow = securityHub(client, ORIGIN, { ...timing({ importing: time.signal }), retryDelayMs: 3_600_000 });
    const [sent] = findings(1);
    expect(await slow.importAll([sent ?? finding(1)])).toEqual([{ id: sent?.Id, reason: 'no time was left for it' }]);
  });
});

function storeOf({ configuration }: Awaited<ReturnType<typeof serviceAnswering>>): FindingStore {
  return securityHub(new SecurityHubClient(configuration), ORIGIN, timing());
}
