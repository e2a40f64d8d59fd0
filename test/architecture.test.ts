import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Files that may have effects: the composition root, and those named after an AWS service. */
const WITH_EFFECTS = ['lambda/handler.ts', 'iam.ts', 'security-hub.ts', 'sns.ts'];

/** What a file of each folder may import of its own project: these folders and files, `type` if only their types. */
const DIRECTIONS: Readonly<Record<string, readonly (string | { readonly type: string })[]>> = {
  check: ['check'],
  advice: ['check', 'advice'],
  inventory: ['check', 'advice', 'inventory'],
  findings: ['check', 'advice', 'findings', { type: 'config.ts' }],
  alerts: ['check', 'advice', 'alerts', { type: 'config.ts' }],
};

const LONGEST = 210;

const EFFECTS: Readonly<Record<string, RegExp>> = {
  'uses process': /\bprocess\.|=\s*process\b|\bglobalThis\b/,
  'reads the time': /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\b/,
  'uses timers': /\bset(Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b|\bqueueMicrotask\b/,
  'uses chance': /\bMath\.random\b|\bcrypto\b|\brandomUUID\b/,
  'writes to the console': /\bconsole\.(log|info|warn|error|debug|trace|dir|table)\b|=\s*console\b/,
  'calls over the network': /\bfetch\(/,
  'loads code at run time': /\bimport\(|\brequire\(/,
};

interface Import {
  readonly from: string;
  readonly isTypeOnly: boolean;
}

/** What breaks the rules in one file of lambda/: a sentence each. */
function violations(path: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const imports = importsOf(code);
  const mayAct = WITH_EFFECTS.some((name) => path === name || path.endsWith(`/${name}`));
  return [
    ...(source.split('\n').length > LONGEST + 1 ? [`is longer than ${LONGEST} lines`] : []),
    ...(mayAct ? [] : effectsIn(code, imports)),
    ...imports.filter(({ from }) => from.startsWith('.')).flatMap((each) => directionProblem(path, each)),
  ];
}

/** Imports and re-exports. An import of which every name is marked as a type imports no value. */
function importsOf(code: string): Import[] {
  const statements = code.matchAll(/^\s*(?:import|export)\s+(type\s+)?([^;'"]*?)\s*from\s*['"]([^'"]+)['"]/gm);
  const bare = code.matchAll(/^\s*import\s*['"]([^'"]+)['"]/gm);
  return [
    ...[...statements].map(([, type, names = '', from = '']) => {
      const listed = /^\{([^}]*)\}$/.exec(names.trim())?.[1]?.split(',') ?? [names];
      const values = listed.filter((name) => name.trim() !== '' && !/^\s*type\s/.test(name));
      return { from, isTypeOnly: type !== undefined || values.length === 0 };
    }),
    ...[...bare].map(([, from = '']) => ({ from, isTypeOnly: false })),
  ];
}

function effectsIn(code: string, imports: readonly Import[]): string[] {
  const body = code.replace(/^\s*(?:import|export)\s[^;]*?\sfrom\s*['"][^'"]+['"];?/gm, '');
  return [
    ...Object.entries(EFFECTS).flatMap(([what, pattern]) => (pattern.test(body) ? [what] : [])),
    ...imports
      .filter(({ from, isTypeOnly }) => !from.startsWith('.') && !isTypeOnly)
      .map(({ from }) => `imports ${from} as a value`),
  ];
}

function directionProblem(path: string, { from, isTypeOnly }: Import): string[] {
  const target = join(dirname(path), from);
  if (!target.startsWith('lambda/')) return [`imports ${target}, which is outside of lambda/`];
  if (target === 'lambda/handler.ts') return ['imports the handler'];
  const [, folder = ''] = path.split('/');
  const allowed = DIRECTIONS[folder];
  const isAllowed = (rule: (typeof WITH_EFFECTS)[number] | { readonly type: string }) =>
    typeof rule === 'string' ? target.startsWith(`lambda/${rule}/`) : isTypeOnly && target === `lambda/${rule.type}`;
  return allowed === undefined || allowed.some(isAllowed)
    ? []
    : [`imports ${target}${isTypeOnly ? '' : ' as a value'}`];
}

const FILES = readdirSync('lambda', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => join('lambda', path));

test('there is something to look at', () => {
  expect(FILES).toEqual(expect.arrayContaining(['lambda/handler.ts', 'lambda/check/reconcile.ts']));
});

test.each(FILES)('%s keeps the rules of the architecture', (path) => {
  expect(violations(path, readFileSync(path, 'utf8'))).toEqual([]);
});

test('every folder of lambda/ has a rule', () => {
  const folders = new Set(FILES.flatMap((path) => (path.split('/').length > 2 ? [path.split('/')[1]] : [])));
  expect([...folders].toSorted()).toEqual(Object.keys(DIRECTIONS).toSorted());
});

describe('the rules can fail:', () => {
  test.each([
    ['lambda/check/x.ts', "import { DAY } from './access-key.ts';"],
    ['lambda/check/x.ts', "import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';"],
    ['lambda/findings/x.ts', "import { type Origin } from '../config.ts';"],
    [
      'lambda/findings/x.ts',
      "import type { Config } from '../config.ts';\nimport { count } from '../advice/plain.ts';",
    ],
    ['lambda/alerts/sns.ts', "import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';"],
    ['lambda/findings/security-hub.ts', "import { setTimeout } from 'node:timers/promises';\nsetTimeout(1);"],
    ['lambda/handler.ts', 'console.info(new Date(), process.env, Math.random());'],
    ['lambda/run-check.ts', "import { gather } from './gather.ts';\nimport { toFinding } from './findings/asff.ts';"],
    ['lambda/alerts/x.ts', "import { userLink } from '../advice/console.ts';"],
    ['lambda/check/x.ts', '// process.env, Date.now() and console.log are not code here\n/* new Date() */'],
    ['lambda/check/x.ts', 'new Date(0); new Date(now.getTime());'],
    ['lambda/check/x.ts', "const host = 'console.aws.amazon.com'; // in the process"],
  ])('%s may say %j', (path, source) => {
    expect(violations(path, source)).toEqual([]);
  });

  test.each([
    ['lambda/check/x.ts', "import { IAMClient } from '@aws-sdk/client-iam';", 'imports @aws-sdk/client-iam as a value'],
    [
      'lambda/check/x.ts',
      "import { type User,\n  IAMClient } from '@aws-sdk/client-iam';",
      'imports @aws-sdk/client-iam as a value',
    ],
    ['lambda/check/x.ts', "import * as sdk from '@aws-sdk/client-iam';", 'imports @aws-sdk/client-iam as a value'],
    ['lambda/check/x.ts', "import '@aws-sdk/client-iam';", 'imports @aws-sdk/client-iam as a value'],
    ['lambda/check/x.ts', "export { IAMClient } from '@aws-sdk/client-iam';", 'imports @aws-sdk/client-iam as a value'],
    ['lambda/alerts/x.ts', "import fs from 'node:fs';", 'imports node:fs as a value'],
    [
      'lambda/run-check.ts',
      "import { setTimeout as sleep } from 'node:timers/promises';",
      'imports node:timers/promises as a value',
    ],
    ['lambda/check/x.ts', 'const now = new Date();', 'reads the time'],
    ['lambda/check/x.ts', 'const now = Date.now();', 'reads the time'],
    ['lambda/run-check.ts', 'performance.now();', 'reads the time'],
    ['lambda/config.ts', 'process.env.X;', 'uses process'],
    ['lambda/gather.ts', 'Math.random();', 'uses chance'],
    ['lambda/alerts/x.ts', "console.log('x');", 'writes to the console'],
    ['lambda/check/x.ts', 'setTimeout(f, 1);', 'uses timers'],
    ['lambda/check/x.ts', 'AbortSignal.timeout(1);', 'uses timers'],
    ['lambda/check/x.ts', "await import('node:fs');", 'loads code at run time'],
    ['lambda/check/x.ts', "import { count } from '../advice/plain.ts';", 'imports lambda/advice/plain.ts as a value'],
    ['lambda/check/x.ts', "import type { Config } from '../config.ts';", 'imports lambda/config.ts'],
    ['lambda/advice/x.ts', "import type { Alert } from '../alerts/alert.ts';", 'imports lambda/alerts/alert.ts'],
    ['lambda/inventory/iam.ts', "import type { Config } from '../config.ts';", 'imports lambda/config.ts'],
    [
      'lambda/alerts/x.ts',
      "import { OWN } from '../findings/product-fields.ts';",
      'imports lambda/findings/product-fields.ts as a value',
    ],
    ['lambda/findings/x.ts', "import type { Alert } from '../alerts/alert.ts';", 'imports lambda/alerts/alert.ts'],
    ['lambda/findings/x.ts', "import { parseConfig } from '../config.ts';", 'imports lambda/config.ts as a value'],
    ['lambda/run-check.ts', "import { handler } from './handler.ts';", 'imports the handler'],
    [
      'lambda/alerts/x.ts',
      "import { stack } from '../../infra/stack.ts';",
      'imports infra/stack.ts, which is outside of lambda/',
    ],
    [
      'lambda/handler.ts',
      "import { finding } from '../test/builders.ts';",
      'imports test/builders.ts, which is outside of lambda/',
    ],
    ['lambda/check/x.ts', 'const { env } = process;', 'uses process'],
    ['lambda/check/x.ts', 'const { log } = console;', 'writes to the console'],
  ])('%s may not say %j', (path, source, problem) => {
    expect(violations(path, source)).toEqual([problem]);
  });

  test('a file of 210 lines is long enough', () => {
    const linesOf = (count: number) => violations('lambda/check/x.ts', 'x\n'.repeat(count));
    expect([linesOf(210), linesOf(211)]).toEqual([[], ['is longer than 210 lines']]);
  });
});
