import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig, read, SETTINGS, TOPIC, VARIABLES } from '../lambda/config.ts';

const FUNCTION = 'arn:aws:lambda:eu-central-1:111122223333:function:access-key-check';
const TOPIC_ARN = 'arn:aws:sns:eu-central-1:111122223333:alerts';
const ENOUGH = { ALERT_TOPIC_ARN: TOPIC_ARN, AWS_REGION: 'eu-central-1' };

/** What is wrong with an environment, or undefined if nothing is. */
function problemsOf(env: NodeJS.ProcessEnv, functionArn: string | undefined = FUNCTION): string | undefined {
  try {
    parseConfig(env, functionArn);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('a configuration', () => {
  test('has a fallback for everything but the topic', () => {
    expect(parseConfig(ENOUGH, FUNCTION)).toEqual({
      account: '111122223333',
      partition: 'aws',
      region: 'eu-central-1',
      topic: { arn: TOPIC_ARN, region: 'eu-central-1' },
      severity: 'MEDIUM',
      reminderDays: 7,
      rotationGraceDays: 0,
      unusedAfterDays: 14,
      sweep: 'auto',
    });
  });

  test('is what the variables say', () => {
    const env = {
      ...ENOUGH,
      ALERT_TOPIC_ARN: 'arn:aws-us-gov:sns:us-gov-west-1:999999999999:Security_alerts-1',
      AWS_REGION: 'us-gov-east-1',
      SEVERITY: 'CRITICAL',
      REMINDER_DAYS: '0',
      ROTATION_GRACE_DAYS: '3',
      UNUSED_AFTER_DAYS: '90',
      SWEEP: 'live',
    };
    expect(parseConfig(env, FUNCTION.replace('arn:aws:', 'arn:aws-us-gov:'))).toEqual({
      account: '111122223333',
      partition: 'aws-us-gov',
      region: 'us-gov-east-1',
      topic: { arn: env.ALERT_TOPIC_ARN, region: 'us-gov-west-1' },
      severity: 'CRITICAL',
      reminderDays: 0,
      rotationGraceDays: 3,
      unusedAfterDays: 90,
      sweep: 'live',
    });
  });

  test.each([FUNCTION, `${FUNCTION}:live`, `${FUNCTION}:$LATEST`, FUNCTION.replace('arn:aws:', 'arn:aws-cn:')])(
    'takes account and partition from the function it runs as: %s',
    (arn) => {
      expect(parseConfig(ENOUGH, arn)).toMatchObject({ account: '111122223333', partition: arn.split(':')[1] });
    },
  );

  test('does not mind other variables', () => {
    expect(problemsOf({ ...ENOUGH, PATH: '/bin', AWS_LAMBDA_FUNCTION_NAME: 'x' })).toBeUndefined();
  });
});

const NO_DAYS = [
  '',
  ' ',
  '-1',
  '1.5',
  '7 ',
  ' 7',
  '+7',
  '1e1',
  '0x7',
  'seven',
  'NaN',
  'Infinity',
  '3651',
  '99999',
  '٧',
];

const WRONG: readonly [string, string, readonly string[]][] = [
  [
    'ALERT_TOPIC_ARN',
    'standard (not FIFO) SNS topic',
    [
      ...['', ' ', 'alerts', 'https://example.com', `${TOPIC_ARN} `, `${TOPIC_ARN}\n`, `${TOPIC_ARN},${TOPIC_ARN}`],
      ...[
        `${TOPIC_ARN}.fifo`,
        `${TOPIC_ARN}:b1a2`,
        'arn:aws:sns:eu-central-1:1111:alerts',
        'arn:aws:sns::111122223333:alerts',
      ],
      ...['arn:aws:sqs:eu-central-1:111122223333:alerts', 'arn:aws:sns:eu-central-1:111122223333:'],
      `arn:aws:sns:eu-central-1:111122223333:${'x'.repeat(257)}`,
    ],
  ],
  [
    'SEVERITY',
    'INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL',
    ['', 'medium', 'Medium', 'SEVERE', '40', ' MEDIUM', 'LOW,HIGH'],
  ],
  ['REMINDER_DAYS', 'from 0 to 3650', NO_DAYS],
  ['ROTATION_GRACE_DAYS', 'from 0 to 3650', NO_DAYS],
  ['UNUSED_AFTER_DAYS', 'from 1 to 3650', [...NO_DAYS, '0']],
  ['SWEEP', 'auto, live', ['', 'Auto', 'report', 'true', 'live ']],
];

describe.each(WRONG)('%s', (variable, allowed, values) => {
  test.each(values)('refuses %j, naming the value and what is allowed', (value) => {
    const problems = problemsOf({ ...ENOUGH, [variable]: value }) ?? '';
    expect(problems).toContain(`${variable} is ${JSON.stringify(value.slice(0, 200))}: give `);
    expect(problems).toContain(allowed);
    expect(problems.match(/;/g)).toBeNull();
  });
});

test.each([
  ['REMINDER_DAYS', ['0', '1', '3650', '07']],
  ['ROTATION_GRACE_DAYS', ['0', '365']],
  ['UNUSED_AFTER_DAYS', ['1', '90']],
  ['SEVERITY', ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']],
  ['SWEEP', ['auto', 'live']],
])('%s takes what it promises', (variable, values) => {
  expect(values.map((value) => problemsOf({ ...ENOUGH, [variable]: value }))).toEqual(values.map(() => undefined));
});

test('a topic that is not set is a problem of its own', () => {
  expect(problemsOf({ AWS_REGION: 'eu-central-1' })).toMatch(/ALERT_TOPIC_ARN is not set: give the ARN of a standard/);
});

test.each([{}, { AWS_REGION: '' }])('a Region that is not set is a problem: %j', (region) => {
  expect(problemsOf({ ALERT_TOPIC_ARN: TOPIC_ARN, ...region })).toMatch(/AWS_REGION is not set: give the Region/);
});

test.each([
  [undefined, 'not set'],
  ['', '""'],
  ['access-key-check', '"access-key-check"'],
  ['arn:aws:lambda:eu-central-1:1111:function:x', '"arn:aws:lambda:eu-central-1:1111:function:x"'],
  ['arn:aws:iam::111122223333:role/x', '"arn:aws:iam::111122223333:role/x"'],
])('a context without the ARN of a function is a problem: %s', (arn, quoted) => {
  expect(() => parseConfig(ENOUGH, arn)).toThrow(`the context's invokedFunctionArn is ${quoted}: expected`);
});

test('all problems are named at once, each with its value', () => {
  const bad = {
    SEVERITY: 'severe',
    REMINDER_DAYS: 'often',
    ROTATION_GRACE_DAYS: '-3',
    UNUSED_AFTER_DAYS: '0',
    SWEEP: 'x',
  };
  const problems = problemsOf(bad, 'nothing') ?? '';
  for (const [name, value] of Object.entries(bad)) expect(problems).toContain(`${name} is "${value}"`);
  expect(problems).toMatch(/^bad configuration, nothing was checked: /);
  expect(problems).toMatch(/ALERT_TOPIC_ARN is not set.*AWS_REGION is not set.*invokedFunctionArn is "nothing"/);
  expect(problems.split('; ')).toHaveLength(8);
});

test('an error of configuration has a name of its own', () => {
  expect(new ConfigError(['x']).name).toBe('ConfigError');
});

test('a long value is cut where it is named', () => {
  expect(problemsOf({ ...ENOUGH, SEVERITY: 'x'.repeat(10_000) })?.length).toBeLessThan(500);
});

test('every setting has a variable, and its fallback is allowed', () => {
  for (const [name, setting] of Object.entries(SETTINGS)) {
    expect(VARIABLES).toHaveProperty(name);
    expect(setting.parse(String(setting.fallback))).toBe(setting.fallback);
  }
  expect(TOPIC.fallback).toBeUndefined();
});

test('a setting that is not set is its fallback, and one that is wrong is too, beside the problem', () => {
  const problems: string[] = [];
  expect(read('X', SETTINGS.reminderDays, undefined, problems)).toBe(7);
  expect(problems).toEqual([]);
  expect(read('X', SETTINGS.reminderDays, 'often', problems)).toBe(7);
  expect(problems).toEqual(['X is "often": give a whole number of days from 0 to 3650']);
});
