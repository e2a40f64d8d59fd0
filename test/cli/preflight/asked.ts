import { awsAccount } from '../../../cli/preflight/aws.ts';
import type { Line } from '../../../cli/preflight/line.ts';
import { preflight, type Question } from '../../../cli/preflight/report.ts';
import { NOW } from './state.ts';

/** Settings with which nothing is to be said about settings. */
export const LISTENED = { alertEmails: 'security@example.com' };

/** Everything that preflight says of the account that the environment leads to. */
export async function asked(question: Partial<Question> = {}): Promise<readonly Line[]> {
  const report = await preflight(awsAccount(undefined), {
    context: LISTENED,
    ...{ given: [], stackName: 'AccessKeyCheck', toolkitStack: 'CDKToolkit', mustBeDeployed: false, now: NOW },
    ...question,
  });
  return [...report.setup, ...report.running];
}

/** What it says about one thing, as `level: text`. */
export async function about(name: string, question: Partial<Question> = {}): Promise<readonly string[]> {
  const lines = await asked(question);
  return lines.filter((line) => line.about === name).map(({ level, says }) => `${level}: ${says}`);
}

/** The remedy in the first line about one thing, sentence and command. */
export async function remedy(name: string, question: Partial<Question> = {}): Promise<string> {
  const lines = await asked(question);
  const { todo = '', command = '' } = lines.find((line) => line.about === name) ?? {};
  return `${todo} | ${command}`;
}
