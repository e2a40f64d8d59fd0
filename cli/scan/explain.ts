import { plain, reasonOf } from '../../lambda/advice/plain.ts';
import { ProxyRefused, proxyIn } from '../proxy.ts';
import { Unreachable } from './call-journal.ts';
import { CannotScan, EXIT } from './cannot-scan.ts';
import { ssoProblem } from './sso.ts';

/** What is known beside the error itself. */
export interface Circumstances {
  readonly env: NodeJS.ProcessEnv;
  readonly profile?: string;
  /** What is to be printed below the sentence. */
  readonly detail?: string;
}

type Facts = { readonly name: string; readonly code: string; readonly message: string; readonly host: string };

const SANDBOX = 'to look around without any, use --sandbox';

/** Puts into one sentence why nothing could be read: what happened, and what to do. */
export function explain(error: unknown, circumstances: Circumstances): CannotScan {
  if (error instanceof CannotScan) return error;
  const cause = rootOf(error);
  return new CannotScan(
    sentenceFor(cause, circumstances) ?? `nothing was scanned: ${reasonOf(cause)}`,
    EXIT.incomplete,
    {
      cause: error,
      detail: circumstances.detail ?? '',
    },
  );
}

/**
 * What most users could not be read for, by the reasons given for each: what to do where that is known, otherwise AWS's
 * words. Undefined for missing permissions, which are told apart from this.
 */
export function explainMost(reasons: readonly string[], circumstances: Circumstances): string | undefined {
  // By the error's name: the message may differ from user to user.
  const kindOf = (reason: string) => reason.split(': ')[0];
  const alike = (reason: string) => reasons.filter((other) => kindOf(other) === kindOf(reason)).length;
  const kinds = reasons.filter((reason, i) => reasons.findIndex((other) => kindOf(other) === kindOf(reason)) === i);
  const [most] = kinds.toSorted((a, b) => alike(b) - alike(a));
  if (most === undefined || /^(AccessDenied|Unauthorized)/.test(most)) return undefined;
  const [, name = 'Error', message = most] = /^(\w+): (.*)$/s.exec(most) ?? [];
  const [code] = /\bE(CONN[A-Z]+|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE|PROTO)\b/.exec(message) ?? [];
  const error = Object.assign(new Error(message), { name, ...(code && { code }) });
  return sentenceFor(error, circumstances) ?? plain(most, 300);
}

function sentenceFor(cause: unknown, circumstances: Circumstances): string | undefined {
  const facts = factsOf(cause);
  return credentials(facts, circumstances) ?? network(cause, circumstances) ?? service(facts);
}

function credentials({ name, message }: Facts, { profile, env }: Circumstances): string | undefined {
  const whose = profile === undefined ? '' : ` of the profile ${JSON.stringify(plain(profile))}`;
  const option =
    profile === undefined ? '' : ` --profile=${/^[\w.@+-]+$/.test(profile) ? profile : JSON.stringify(plain(profile))}`;
  const sso = ssoProblem(name, message, { profile, whose, option });
  if (/from any providers/.test(message)) {
    const half = halfOfKey(env);
    if (half) return half;
    return `no AWS credentials were found: run \`aws configure sso\` or \`aws login\`, then name the profile by --profile or AWS_PROFILE (${SANDBOX})`;
  }
  if (/multi-factor/i.test(message)) {
    return `the role${whose} asks for an MFA code, which this command cannot ask for: run \`eval "$(aws configure export-credentials${option} --format=env)"\` and scan without a profile`;
  }
  if (sso) return sso;
  if (/aws login|login\/cache/.test(message)) {
    return `the login session${whose} has expired or was never started: run \`aws login${option}\` and scan again`;
  }
  if (/^ExpiredToken|^RequestExpired$/.test(name)) {
    return `the AWS credentials${whose} have expired: get new ones the way you got these, and scan again`;
  }
  if (/sts:AssumeRole/.test(message)) return `the role${whose} could not be assumed: ${plain(message, 300)}`;
  return profile !== undefined && /profile|Command failed|role/i.test(message) && name === 'Error'
    ? `the profile ${JSON.stringify(plain(profile))} gives no credentials, look it up in the AWS config file: ${plain(message, 300).replace(/\.$/, '')}`
    : undefined;
}

/** A variable that is set without the one it is of no use without. */
function halfOfKey({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret }: NodeJS.ProcessEnv): string | undefined {
  if (!id === !secret) return undefined;
  const [is, missing] = id
    ? ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']
    : ['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'];
  return `${is} is set, but ${missing} is missing: set both, or neither and name a profile by --profile`;
}

function service({ name, message }: Facts): string | undefined {
  if (/^(InvalidClientTokenId|UnrecognizedClient|InvalidAccessKeyId)/.test(name)) {
    return 'AWS does not know these credentials: their key was turned off or deleted, a session token is missing, or they are of another partition (then give its Region, like --region=cn-north-1 or us-gov-west-1)';
  }
  if (/signature expired|not yet current|TooSkewed/i.test(`${name} ${message}`)) {
    return "the clock of this machine is not AWS's: set it right and scan again";
  }
  if (name === 'SignatureDoesNotMatch') {
    return 'the secret access key does not belong to the access key id: check both, and scan again';
  }
  if (/^Throttling|TooManyRequests|RequestLimit/.test(name)) {
    return 'IAM refused to answer because too much is asked of it at the moment: scan again later';
  }
  return /AccessDenied|Unauthorized/.test(name) ? 'the users could not be listed, so nothing was scanned' : undefined;
}

function network(error: unknown, { env }: Circumstances): string | undefined {
  const { name, code, host, message } = factsOf(error);
  const proxy = proxyIn(env);
  // A proxy's URL may hold a password, so it is not repeated.
  const way = proxy ? ' through the proxy that HTTPS_PROXY names' : '';
  const check = proxy
    ? 'check HTTPS_PROXY and NO_PROXY'
    : 'check the network connection, and HTTPS_PROXY if a proxy is needed';
  if (error instanceof ProxyRefused) return `the proxy that HTTPS_PROXY names opens no way to AWS: ${message}`;
  if (/CERT|SELF_SIGNED|LEAF_SIGNATURE|ISSUER/.test(code)) {
    return `the TLS certificate that answered for AWS is not trusted (${code}), as behind a proxy that reads along: set AWS_CA_BUNDLE to the file with its certificate authority`;
  }
  if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return `no TLS connection to AWS could be made${way} (${code}): ${check}`;
  if (/ENOTFOUND|EAI_AGAIN/.test(code)) return `the name ${host || 'of AWS'} could not be resolved (${code}): ${check}`;
  if (/^(ECONN|EHOST|ENET|EPIPE|ETIMEDOUT)/.test(code) || name === 'TimeoutError') {
    return `AWS could not be reached${way} (${code || 'no answer in time'}): ${check}`;
  }
  return undefined;
}

/** What lies at the bottom of an error. */
function rootOf(error: unknown): unknown {
  if (error instanceof Unreachable) return error.reason;
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

function factsOf(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: '', code: '', message: String(error), host: '' };
  const code = 'code' in error ? String(error.code) : '';
  const host = 'hostname' in error ? plainHost(String(error.hostname)) : '';
  return { name: error.name, code, message: error.message, host };
}

function plainHost(host: string): string {
  return /^[a-z0-9.-]+$/i.test(host) ? host : '';
}
