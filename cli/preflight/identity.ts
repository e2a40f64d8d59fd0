import { plain, reasonOf } from '../../lambda/advice/plain.ts';
import { RegionError } from './account.ts';
import { ProfileError } from './credentials.ts';
import { error, type Line, quoted, type Remedy } from './line.ts';
import { DENIED, denierIn, REACH, unreachable } from './look.ts';

/** Why nobody knows who asks, as a line: without credentials and a Region nothing else can be looked at. */
export function identityProblem(problem: unknown, profile: string | undefined): Line {
  if (!(problem instanceof Error)) return unknownProblem(problem);
  const { name, message } = problem;
  if (problem instanceof RegionError) {
    const isMissing = message === 'Region is missing';
    return error('Region', isMissing ? 'none is set, and cdk would take us-east-1' : message, REGION);
  }
  if (/signature (expired|not yet current)|too skewed/i.test(message))
    return error('Clock', 'this machine has the wrong time, so AWS refuses its requests', { todo: 'set the clock' });
  const isProvider = problem instanceof ProfileError || name.endsWith('ProviderError');
  const says = isProvider ? notProvided(problem, profile) : (rejected(name, profile) ?? denied(problem));
  if (says) return error('Credentials', ...says);
  const code = unreachable(problem);
  if (code) return error('Network', `AWS could not be reached (${code}): ${message}`, { todo: REACH });
  return unknownProblem(problem);
}

function unknownProblem(problem: unknown): Line {
  const says = `AWS did not say whose they are: ${reasonOf(problem)}`;
  const isAnswer = problem instanceof Error && '$metadata' in problem;
  const todo = isAnswer
    ? 'run this again in a minute'
    : 'look at the AWS config and credentials files, then run this again';
  return error('Credentials', says, { todo });
}

/** What the SDK says when it found no credentials, told as what is missing. */
function notProvided(problem: Error, profile: string | undefined): readonly [string, Remedy] {
  const { message } = problem;
  const of = profile ? ` (profile ${profile})` : '';
  if (/sso session/i.test(message) && !/missing required property/.test(message))
    return [`you are not signed in any more${of}`, signIn('sso login', profile)];
  if (/aws login|login.cache/.test(message)) return [`you are not signed in any more${of}`, signIn('login', profile)];
  if (message.includes('multi-factor')) return [message, withCode(profile)];
  if (problem instanceof ProfileError && !problem.exists) return [message, PROFILES];
  if (profile || problem instanceof ProfileError) {
    const whose = profile ? `the profile ${profile}` : 'the default profile';
    return [`${whose} gives none: ${plain(message, 300)}`, correct(message, profile)];
  }
  return [`none that can be used: ${plain(message, 300)}`, signIn('sso login', profile)];
}

/** What to do about a profile that nobody can sign in with as it is. */
function correct(message: string, profile: string | undefined): Remedy {
  if (/\bsso\b/i.test(message))
    return { todo: 'complete it in the AWS config file, or answer', command: `aws configure sso${option(profile)}` };
  if (/credential_process|Command failed/.test(message))
    return {
      todo: 'run by hand what this prints, and see why it gives none',
      command: `aws configure get credential_process${option(profile)}`,
    };
  return {
    todo: 'correct it in the AWS config and credentials files',
    command: `aws configure list${option(profile)}`,
  };
}

/** What AWS says when it does not take the credentials. */
function rejected(name: string, profile: string | undefined): readonly [string, Remedy] | undefined {
  if (/expired/i.test(name)) return [`they have expired${profile ? ` (profile ${profile})` : ''}`, renew(profile)];
  if (/^(InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure)/.test(name))
    return [`AWS does not accept them (${name})`, WRONG_KEY];
  return undefined;
}

/** What AWS says when a policy forbids to ask who this is, which needs an explicit deny, or to take the profile's role. */
function denied({ name, message }: Error): readonly [string, Remedy] | undefined {
  if (!DENIED.test(name)) return undefined;
  const action = /sts:AssumeRole\w*/.exec(message)?.[0];
  if (action)
    return [`the role could not be assumed: ${plain(message, 300)}`, { todo: `ask whoever keeps it for ${action}` }];
  const by = denierIn(message);
  const todo = `ask whoever looks after ${by ? `that ${by}` : 'the policy that denies it'} to allow sts:GetCallerIdentity`;
  return [`sts:GetCallerIdentity is denied${by ? ` by a ${by}` : ''}`, { todo }];
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
