import { RegionError } from './account.ts';
import { error, type Line, quoted, type Remedy } from './line.ts';
import { REACH, unreachable } from './look.ts';

/** Why nobody knows who asks, as a line: without credentials and a Region nothing else can be looked at. */
export function identityProblem(problem: Error, profile: string | undefined): Line {
  const { name, message } = problem;
  if (problem instanceof RegionError) {
    const isMissing = message === 'Region is missing';
    return error('Region', isMissing ? 'none is set, and cdk would take us-east-1' : message, REGION);
  }
  if (/signature (expired|not yet current)|too skewed/i.test(message))
    return error('Clock', 'this machine has the wrong time, so AWS refuses its requests', { todo: 'set the clock' });
  const says = name.endsWith('ProviderError') ? notProvided(message, profile) : rejected(name, profile);
  if (says) return error('Credentials', ...says);
  const code = unreachable(problem);
  if (code) return error('Network', `AWS could not be reached (${code}): ${message}`, { todo: REACH });
  return error('Credentials', `AWS did not say whose they are: ${name}: ${message}`, { todo: 'run this again' });
}

/** What the SDK says when it found no credentials, told as what is missing. */
function notProvided(message: string, profile: string | undefined): readonly [string, Remedy] {
  const of = profile ? ` (profile ${profile})` : '';
  if (/sso session/i.test(message)) return [`you are not signed in any more${of}`, signIn('sso login', profile)];
  if (/aws login|login.cache/.test(message)) return [`you are not signed in any more${of}`, signIn('login', profile)];
  if (message.includes('multi-factor')) return [message, withCode(profile)];
  if (/^Could not (load|resolve) credentials/.test(message) && profile)
    return [`the profile ${profile} does not exist, or has none`, PROFILES];
  return [`none that can be used: ${message}`, signIn('sso login', profile)];
}

/** What AWS says when it does not take the credentials. */
function rejected(name: string, profile: string | undefined): readonly [string, Remedy] | undefined {
  if (/expired/i.test(name)) return [`they have expired${profile ? ` (profile ${profile})` : ''}`, renew(profile)];
  if (/^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure)/.test(name))
    return [`AWS does not accept them (${name})`, WRONG_KEY];
  return undefined;
}

const REGION: Remedy = {
  todo: 'name the Region where you use Security Hub, like this or in the profile',
  command: 'export AWS_REGION=eu-central-1',
};

const PROFILES: Remedy = {
  todo: 'choose one that there is, with --profile NAME or AWS_PROFILE',
  command: 'aws configure list-profiles',
};

const WRONG_KEY: Remedy = {
  todo: 'the key may be deleted, inactive or mistyped, or the account may not use this Region. Where they come from',
  command: 'aws configure list',
};

function renew(profile: string | undefined): Remedy {
  const { command } = signIn('sso login', profile);
  return { todo: 'get new ones where you got these; with single sign-on', ...(command && { command }) };
}

function signIn(how: string, profile: string | undefined): Remedy {
  return { todo: 'sign in as you do for the AWS CLI, for example', command: `aws ${how}${option(profile)}` };
}

/** The AWS CLI can ask for the code of a device, and hand the credentials on. */
function withCode(profile: string | undefined): Remedy {
  const command = `eval "$(aws configure export-credentials${option(profile)} --format=env)"`;
  return { todo: 'let the AWS CLI (version 2) ask for the code, then run this again without a profile', command };
}

function option(profile: string | undefined): string {
  return profile ? ` --profile=${quoted(profile)}` : '';
}
