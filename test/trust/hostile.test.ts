import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Bundle, bundle } from '../sandbox/runtime/bundle.ts';
import type { Outcome } from '../sandbox/runtime/invoke.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { linksIn, NAMES, PATHS, PINGS, TEXTS, UNREADABLE } from './hostile-texts.ts';
import { addFailing, check, SECRET } from './isolated.ts';

const CONSOLE = /^https:\/\/(?:[a-z0-9-]+\.)?console\.aws\.amazon\.com\//;

let deployed: Bundle;
let sandbox: Sandbox;
beforeAll(() => {
  deployed = bundle();
});

describe('an account full of hostile names, paths, tags and uses', () => {
  let outcome: Outcome;
  let texts: Readonly<Record<string, string>>;
  beforeAll(async () => {
    sandbox = await startSandbox({ pageSize: 100 });
    for (const [i, userName] of NAMES.entries())
      addFailing(sandbox, userName, { path: PATHS[i % PATHS.length] ?? '/' });
    for (const [i, text] of TEXTS.entries()) {
      const tags = {
        Owner: text,
        [`team ${text}`.slice(0, 128)]: text.slice(0, 256),
        'aws:servicecatalog:owner': text,
      };
      addFailing(sandbox, `tagged-${i}`, { tags, service: text.slice(0, 60) });
    }
    sandbox.faults.push({ operation: 'GetAccessKeyLastUsed', kind: 'deny', times: 5 });
    outcome = await check(deployed, sandbox);
    texts = sandbox.sns.published[0]?.byProtocol ?? {};
  });
  afterAll(() => sandbox.close());

  test('is recorded to the last user, within every limit of Security Hub', () => {
    expect(outcome).toMatchObject({ ok: true });
    expect(sandbox.securityHub.findings.size).toBe(NAMES.length + TEXTS.length);
    for (const finding of sandbox.securityHub.findings.values()) {
      for (const text of [finding.Title, finding.Description, finding.Remediation?.Recommendation?.Text]) {
        expect(text).not.toMatch(UNREADABLE);
      }
    }
  });

  test('is told in a mail whose layout nothing breaks and whose only links lead to the console', () => {
    const { email = '' } = texts;
    const lines = email.split('\n');
    expect(lines.filter((line) => UNREADABLE.test(line))).toEqual([]);
    const isWhole = (line: string) => /^(?:aws |https:\/\/)|arn:|:\/\/|\[:\]\/\//.test(line);
    // Counted in characters: an emoji takes two columns, and two of JavaScript's units.
    expect(lines.filter((line) => [...line].length > 76 && !isWhole(line))).toEqual([]);
    // A command is given to the letter, even where a name in it looks like a link.
    const prose = lines.filter((line) => !line.startsWith('aws ')).join('\n');
    expect(linksIn(prose).filter((link) => !CONSOLE.test(link))).toEqual([]);
    expect(lines.filter((line) => /^All clear/.test(line))).toEqual([]);
  });

  test('is told in a card that pings nobody, links to the console only and is as long as allowed', () => {
    const { content } = JSON.parse(texts.https ?? '');
    const text = [content.title, content.description, ...content.nextSteps, ...content.keywords].join('\n');
    expect(content.description.length).toBeLessThanOrEqual(2500);
    expect(text.replaceAll('\n', ' ')).not.toMatch(UNREADABLE);
    expect(linksIn(text).filter((link) => !CONSOLE.test(link))).toEqual([]);
    // A command is given to the letter or not at all, and a name inside it cannot ping: it stands in a code span.
    expect(text.replace(/`[^`\n]*`/g, '')).not.toMatch(PINGS);
    expect(text).not.toMatch(/<[!@#]/);
  });

  test('is told under a subject of counts only, and to machines as whole JSON', () => {
    const { subject } = sandbox.sns.published[0] ?? {};
    expect(subject).toBe(`AWS-IAM-009: ${NAMES.length + TEXTS.length} new in account ${sandbox.account}`);
    const machine = JSON.parse(texts.sqs ?? '');
    expect(machine).toMatchObject({ version: '1.0', omitted: 0 });
    const names = machine.alerts.map(({ user }: { user: { userName: string } }) => user.userName);
    expect(names).toEqual(expect.arrayContaining([...NAMES]));
  });

  test('gets commands that a shell reads as one call about that very user and one of its keys', () => {
    const commands = (texts.email ?? '').split('\n').filter((line) => line.startsWith('aws '));
    expect(commands.length).toBeGreaterThan(NAMES.length);
    for (const [service, operation, user, key, status, ...more] of argumentsOf(commands)) {
      const { keys } = sandbox.iam.user(user?.replace('--user-name=', '') ?? '');
      expect([service, operation, ...more]).toEqual(['iam', 'update-access-key']);
      expect(keys.map(({ accessKeyId }) => `--access-key-id=${accessKeyId}`)).toContain(key);
      expect(status).toMatch(/^--status=(?:Inactive|Active)$/);
    }
  });

  test('leaves no tag, no path and nothing of the environment in the logs', () => {
    const text = JSON.stringify([outcome.logs, outcome.metrics]);
    expect(outcome.logs.length).toBeGreaterThan(0);
    for (const told of [
      ...TEXTS.map((each) => JSON.stringify(each).slice(1, 20)),
      ...PATHS,
      SECRET,
      'sandbox-secret',
    ]) {
      expect(text).not.toContain(told);
    }
  });
});

describe('a hostile error message of AWS', () => {
  beforeEach(async () => {
    sandbox = await startSandbox({ pageSize: 100 });
  });
  afterEach(() => sandbox.close());

  const message = `${TEXTS.join(' ')} ${'long '.repeat(2000)}`;
  const kind = { status: 400, code: 'OddException', message };

  test.each([
    ['of a user whose keys are read', 'ListAccessKeys'],
    ['of the findings', 'GetFindings'],
    ['of an import', 'BatchImportFindings'],
    ['of the topic', 'Publish'],
    ['of a last use', 'GetAccessKeyLastUsed'],
    ['of tags', 'ListUserTags'],
    ['of the list of users', 'ListUsers'],
  ])('%s breaks neither alert nor log', async (_what, operation) => {
    addFailing(sandbox, 'alice');
    addFailing(sandbox, 'bob');
    sandbox.faults.push({
      operation,
      when: ({ input }) => operation !== 'ListAccessKeys' || input.UserName === 'alice',
      kind,
    });
    const outcome = await check(deployed, sandbox);
    const said = [...(outcome.ok ? [] : [outcome.error.message]), ...stringsIn(outcome.logs)];
    expect(said.length).toBeGreaterThan(0);
    expect(said.filter((text) => UNREADABLE.test(text))).toEqual([]);
    expect(said.filter((text) => text.length > 4000)).toEqual([]);
    for (const { byProtocol } of sandbox.sns.published) {
      expect(byProtocol.email?.replaceAll('\n', '')).not.toMatch(UNREADABLE);
      expect(linksIn(byProtocol.email ?? '').filter((link) => !CONSOLE.test(link))).toEqual([]);
      expect(byProtocol.https).not.toMatch(/<[!@#]/);
    }
  });

  test('of a refusal stays one line, in the log and in what the run fails with', async () => {
    addFailing(sandbox, 'alice');
    sandbox.securityHub.refuse = () => ({ ErrorCode: 'InvalidInput', ErrorMessage: message });
    const outcome = await check(deployed, sandbox);
    const said = [...(outcome.ok ? ['it did not fail'] : [outcome.error.message]), ...stringsIn(outcome.logs)];
    expect(said.filter((text) => UNREADABLE.test(text))).toEqual([]);
    expect(said.filter((text) => text.length > 4000)).toEqual([]);
  });
});

/** What a shell hands to `aws` for each command. */
function argumentsOf(commands: readonly string[]): readonly (readonly string[])[] {
  const script = ['aws() { printf "%s\\n" "$@"; echo; }', ...commands].join('\n');
  const output = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} });
  return output.split('\n\n').flatMap((one) => (one === '' ? [] : [one.split('\n')]));
}

/** Every text in a value, however deep. */
function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
