import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Fault } from './faults.ts';
import { gateway, type Service } from './gateway.ts';
import { IamAccount } from './iam.ts';
import { iamOperations } from './iam-operations.ts';
import { iamPlayground, securityHubPlayground, stsPlayground } from './playground.ts';
import { type PolicyDocument, requireSupported } from './policy.ts';
import { queryProtocol } from './query-protocol.ts';
import { type Rate, type RateName, rateLimiter } from './rates.ts';
import { restJson } from './rest-json.ts';
import { SecurityHub } from './security-hub.ts';
import { SECURITY_HUB_ROUTES, securityHubOperations } from './security-hub-operations.ts';
import type { AccountFacts, Call, ServiceName } from './service.ts';
import { Sns, snsOperations } from './sns.ts';

export interface SandboxOptions {
  /** Default 111122223333. */
  readonly account?: string;
  /** Default eu-central-1. */
  readonly region?: string;
  /** Default aws. */
  readonly partition?: string;
  /** The most items one page of any listing holds, whatever the caller asks for. Default 3, so that paging is always exercised. */
  readonly pageSize?: number;
  /** The account's own time. */
  readonly clock?: () => Date;
  /** Default: any free port. */
  readonly port?: number;
  /** How long each service takes to answer. Default 0. */
  readonly latencyMs?: Partial<Record<ServiceName, number>>;
  /** Request rates; a call above them is throttled. Default: none. */
  readonly rates?: Partial<Record<RateName, Rate>>;
  /** Whether a person may change the account over HTTP. Default false. */
  readonly playground?: boolean;
}

/** An AWS account in one process, answering over HTTP on a loopback port. */
export interface Sandbox {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The ARN of the function that would run in this account. */
  readonly functionArn: string;
  /** The environment an SDK client or the AWS CLI needs in order to talk to this account, and to no other. */
  readonly env: Readonly<Record<string, string>>;
  clock: () => Date;
  readonly iam: IamAccount;
  readonly securityHub: SecurityHub;
  readonly sns: Sns;
  /** Every call, in order of arrival; may be emptied. */
  readonly calls: Call[];
  /** What goes wrong; may be changed at any time. */
  readonly faults: Fault[];
  /** The caller's identity policy; undefined allows everything. Setting one this sandbox cannot evaluate throws. */
  policy: PolicyDocument | undefined;
  /** Cuts all connections, also those that wait for an answer, and stops listening. */
  readonly close: () => Promise<void>;
}

/** Starts an account with one topic, Security Hub enabled and nothing else in it. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { account = '111122223333', region = 'eu-central-1', partition = 'aws', pageSize = 3 } = options;
  const { clock = () => new Date(), port = 0, latencyMs = {}, rates = {}, playground = false } = options;
  const state: { clock: () => Date; policy?: PolicyDocument | undefined } = { clock };
  const facts: AccountFacts = { account, region, partition, pageSize, now: () => state.clock() };
  const iam = new IamAccount(facts);
  const securityHub = new SecurityHub(facts);
  const sns = new Sns(facts);
  const calls: Call[] = [];
  const faults: Fault[] = [];
  const closing = new AbortController();
  // Every call that waits listens to it, which is no leak.
  setMaxListeners(0, closing.signal);

  const services: readonly Service[] = [
    {
      name: 'iam',
      isRegional: false,
      protocol: queryProtocol('2010-05-08', 'https://iam.amazonaws.com/doc/2010-05-08/'),
      operations: { ...iamOperations(iam, facts), ...(playground && iamPlayground(iam)) },
    },
    {
      name: 'securityhub',
      isRegional: true,
      protocol: restJson(SECURITY_HUB_ROUTES),
      operations: {
        ...securityHubOperations(securityHub, facts),
        ...(playground && securityHubPlayground(securityHub)),
      },
    },
    {
      name: 'sns',
      isRegional: true,
      protocol: queryProtocol('2010-03-31', 'http://sns.amazonaws.com/doc/2010-03-31/'),
      operations: snsOperations(sns),
    },
    {
      name: 'sts',
      isRegional: false,
      protocol: queryProtocol('2011-06-15', 'https://sts.amazonaws.com/doc/2011-06-15/'),
      operations: playground ? stsPlayground(facts) : {},
    },
  ];
  const limit = rateLimiter(rates);
  const policy = () => state.policy;
  const answer = gateway(services, { facts, calls, faults, latencyMs, limit, policy, closing: closing.signal });
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const endpoint = `http://127.0.0.1:${portOf(server.address())}`;

  return {
    endpoint,
    account,
    region,
    partition,
    functionArn: `arn:${partition}:lambda:${region}:${account}:function:access-key-check`,
    env: environment(endpoint, region),
    get clock() {
      return state.clock;
    },
    set clock(next) {
      state.clock = next;
    },
    iam,
    securityHub,
    sns,
    calls,
    faults,
    get policy() {
      return state.policy;
    },
    set policy(next) {
      if (next !== undefined) requireSupported(next);
      state.policy = next;
    },
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: ReturnType<Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('the sandbox listens on no port');
  return address.port;
}

/** Nothing of the machine's own AWS configuration is left to be found. */
function environment(endpoint: string, region: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'AKIASANDBOXSANDBOX12',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
}
