import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { IAMClient } from '@aws-sdk/client-iam';
import { plain, reasonOf } from '../../lambda/advice/plain.ts';
import { agentFor } from '../proxy.ts';
import { CannotScan, EXIT } from './cannot-scan.ts';
import { explain } from './explain.ts';
import { isRegion, type ScanOptions } from './options.ts';

/** A way to IAM, with credentials that were found. Whether IAM accepts them shows at the first call. */
export interface Connection {
  readonly client: IAMClient;
  /** Undefined if nobody has set any. */
  readonly region: string | undefined;
  /** Of the credentials, where these tell. */
  readonly account: string | undefined;
  /** When it is now, where that is not for the machine's clock to say. */
  readonly now?: Date;
  readonly notes: readonly string[];
  readonly close: () => Promise<void>;
}

/** Adaptive retries lose no call to throttling where standard ones do. */
const PATIENT = { retryMode: 'adaptive', maxAttempts: 10 } as const;
const TIMEOUTS = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true } as const;

/**
 * Connects to IAM by the SDK's own chain of credentials, Regions and profiles.
 * @throws CannotScan when there are no credentials, or when the profile asked for is not the one they would come from
 */
export async function connect(
  { profile, region }: Pick<ScanOptions, 'profile' | 'region'>,
  env: NodeJS.ProcessEnv,
): Promise<Connection> {
  const chosen = profile ?? env.AWS_PROFILE;
  const chain = chainLog();
  const settings = { ...(profile !== undefined && { profile }), logger: chain.logger };
  const place = region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (await configuredRegion(settings));
  if (place !== undefined && !isRegion(place)) {
    throw new CannotScan(`the Region that is set is ${JSON.stringify(place)}: give one like eu-central-1`, EXIT.usage);
  }
  requireEndpoint(env);
  const requestHandler = { ...TIMEOUTS, httpsAgent: secureAgent(env) };
  const client = new IAMClient({ ...settings, ...PATIENT, region: place ?? 'us-east-1', requestHandler });
  try {
    const { accountId: account } = await client.config.credentials();
    // The SDK goes on where a profile has nothing: to a role of the machine, and so to another account perhaps.
    if (chosen !== undefined && chain.isPastProfile()) throw new Error('the profile was passed over');
    return { client, region: place, account, notes: notesOn(profile, env), close: async () => client.destroy() };
  } catch (error) {
    client.destroy();
    throw chosen === undefined ? explain(error, { env }) : explainProfile(chosen, chain.reasons, error, env);
  }
}

/** The AWS CLI would take the keys, and so perhaps another account. */
function notesOn(profile: string | undefined, env: NodeJS.ProcessEnv): readonly string[] {
  const isBoth = profile === undefined && env.AWS_PROFILE && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY;
  return isBoth ? ['both AWS_PROFILE and access keys are set in the environment: the profile is used'] : [];
}

/** The SDK would fail at the first call, without a word about where the address comes from. @throws CannotScan */
function requireEndpoint(env: NodeJS.ProcessEnv): void {
  for (const name of ['AWS_ENDPOINT_URL_IAM', 'AWS_ENDPOINT_URL']) {
    const value = env[name];
    if (!value || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) continue;
    const sentence = `${name} is ${JSON.stringify(value)}, which is no address: give one like https://example.com, or unset it`;
    throw new CannotScan(sentence, EXIT.usage);
  }
}

function secureAgent(env: NodeJS.ProcessEnv): ReturnType<typeof agentFor> {
  try {
    return agentFor(env);
  } catch (error) {
    const reason = reasonOf(error).replace(/^Error: (?=HTTPS_PROXY)/, '');
    const sentence = reason.startsWith('HTTPS_PROXY')
      ? reason
      : `HTTPS_PROXY or AWS_CA_BUNDLE cannot be used: ${reason}`;
    throw new CannotScan(sentence, EXIT.usage, { cause: error });
  }
}

async function configuredRegion(settings: { readonly profile?: string }): Promise<string | undefined> {
  const client = new IAMClient(settings);
  try {
    return await client.config.region();
  } catch {
    // "Region is missing": the chain knows none, and tells so by throwing.
    return undefined;
  } finally {
    client.destroy();
  }
}

function explainProfile(
  profile: string,
  reasons: readonly string[],
  error: unknown,
  env: NodeJS.ProcessEnv,
): CannotScan {
  const known = profilesOf(env);
  const name = JSON.stringify(plain(profile));
  if (!known.includes(profile)) {
    const list = known.length > 0 ? `profiles there: ${known.map((each) => plain(each)).join(', ')}` : 'none is there';
    return new CannotScan(
      `there is no AWS profile ${name} in the AWS config and credentials files (${list}): check --profile and AWS_PROFILE`,
      EXIT.usage,
      { cause: error },
    );
  }
  const [reason] = reasons;
  const own = error instanceof Error && /passed over|from any providers/.test(error.message) && reason;
  return explain(own ? new Error(reason) : error, { env, profile });
}

/** What the chain of providers says while it looks for credentials: the only place where a failed link tells why. */
function chainLog() {
  const reasons: string[] = [];
  let stage = '';
  const debug = (line: unknown) => {
    const text = String(line);
    stage = /defaultProvider::(\w+)/.exec(text)?.[1] ?? stage;
    const reason = /^@smithy\/property-provider (?:->|\(!\)) (.*)/s.exec(text)?.[1];
    if (reason && stage === 'fromIni') reasons.push(reason.trim());
  };
  return {
    reasons,
    isPastProfile: () => stage === 'fromTokenFile' || stage === 'remoteProvider',
    logger: { trace: () => {}, debug, info: () => {}, warn: () => {}, error: () => {} },
  };
}

/** The names of all profiles in the AWS config and credentials files. */
function profilesOf(env: NodeJS.ProcessEnv): string[] {
  const folder = join(env.HOME ?? homedir(), '.aws');
  const files = [
    env.AWS_CONFIG_FILE ?? join(folder, 'config'),
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, 'credentials'),
  ];
  const headings = files.flatMap((file) => [...textOf(file).matchAll(/^\s*\[\s*([^\]]+?)\s*\]/gm)]);
  const names = headings.flatMap(([, heading = '']) => {
    const [, kind, name] = /^(profile|sso-session|services)\s+["']?(.+?)["']?$/.exec(heading) ?? [];
    return kind === undefined ? [heading] : kind === 'profile' && name ? [name] : [];
  });
  return [...new Set(names)];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there, or not for us to read: no profiles either way.
    return '';
  }
}
