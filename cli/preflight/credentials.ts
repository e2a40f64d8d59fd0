import { plain } from '../../lambda/advice/plain.ts';
import { CannotScan } from '../scan/cannot-scan.ts';
import { connect } from '../scan/iam-connection.ts';
import { unreachable } from './look.ts';

const SESSION_MISSING = /reading 'sso_|sso session '.*' could not be found/i;

/** The profile that was chosen gives no credentials; the message is why, in one line. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly exists: boolean;
  constructor(message: string, { exists, cause }: { readonly exists: boolean; readonly cause: unknown }) {
    super(message, { cause });
    this.exists = exists;
  }
}

/**
 * What AWS answers. Where the profile of the environment gives no credentials, the SDK says only that none were found
 * anywhere, or that the Region is missing, so the way to IAM is tried as a scan does, which knows why.
 * @throws ProfileError if it is the profile's fault
 */
export async function withReason<T>(ask: () => Promise<T>, env: NodeJS.ProcessEnv): Promise<T> {
  try {
    return await ask();
  } catch (problem) {
    throw (env.AWS_PROFILE ? await profileProblem(env.AWS_PROFILE, env) : defaultProblem(problem)) ?? problem;
  }
}

async function profileProblem(profile: string, env: NodeJS.ProcessEnv): Promise<ProfileError | undefined> {
  try {
    const connection = await connect({ profile, region: undefined }, env);
    await connection.close();
    return undefined;
  } catch (problem) {
    if (!(problem instanceof CannotScan)) throw problem;
    const { cause } = problem;
    // Without a cause it is the Region's name; what AWS or the network said needs no explanation by the profile.
    if (!(cause instanceof Error) || '$metadata' in cause || unreachable(cause)) return undefined;
    if (problem.message.startsWith('there is no AWS profile')) {
      return new ProfileError(problem.message.replace(/: check --profile .*$/, ''), { exists: false, cause });
    }
    return new ProfileError(reasonIn(cause), { exists: true, cause });
  }
}

/** The default profile is not always chosen, so only what cannot be anything else is its fault. */
function defaultProblem(problem: unknown): ProfileError | undefined {
  const isItsFault = problem instanceof Error && SESSION_MISSING.test(problem.message);
  return isItsFault ? new ProfileError(reasonIn(problem), { exists: true, cause: problem }) : undefined;
}

/** The SDK reads on in a section that is not there, and to another message it adds a link on a line of its own. */
function reasonIn({ message }: Error): string {
  if (SESSION_MISSING.test(message)) return 'the sso-session that the profile names is not in the AWS config file';
  return plain(message.replace(/\s*Reference: \S+/, ''), 300).replace(/\.$/, '');
}
