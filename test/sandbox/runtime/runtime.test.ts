import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../sandbox.ts';
import { type Bundle, bundle } from './bundle.ts';
import { type Invocation, invoke } from './invoke.ts';

const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:access-key-check';
const folder = mkdtempSync(join(tmpdir(), 'runtime-'));
let deployed: Bundle;

beforeAll(() => {
  deployed = bundle();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('invoke', () => {
  test('gives what the handler resolves with', async () => {
    const outcome = await invokeCode('async (event, context) => ({ event, arn: context.invokedFunctionArn })', {
      event: { detail: 1 },
    });
    expect(outcome).toMatchObject({ ok: true, result: { event: { detail: 1 }, arn: FUNCTION_ARN } });
  });

  test('gives the name and message of the error the handler rejects with', async () => {
    const outcome = await invokeCode(`async () => { throw new RangeError('too many') }`);
    expect(outcome).toMatchObject({ ok: false, error: { name: 'RangeError', message: 'too many' } });
  });

  test('gives the error of a module that cannot be loaded', async () => {
    const outcome = await invokeCode(`undefined; throw new Error('no settings')`);
    expect(outcome).toMatchObject({ ok: false, error: { message: 'no settings' }, initMs: undefined });
  });

  test('collects what is logged: objects as they are, anything else as text', async () => {
    const { logs } = await invokeCode(`async () => {
      console.info({ users: 3 });
      console.warn('%d of %d', 1, 3);
      console.error(new TypeError('wrong'));
    }`);
    expect(logs).toEqual([
      { level: 'info', entry: { users: 3 } },
      { level: 'warn', entry: '1 of 3' },
      { level: 'error', entry: expect.stringContaining('TypeError: wrong') },
    ]);
  });

  test('collects embedded-metric records from standard output, and nothing else', async () => {
    const { metrics } = await invokeCode(`async () => {
      process.stdout.write('hello\\n{"_aws":{"Timestamp":1},"Runs":1}\\n');
    }`);
    expect(metrics).toEqual([{ _aws: { Timestamp: 1 }, Runs: 1 }]);
  });

  test('shows the function only the environment given, and PATH', async () => {
    const outcome = await invokeCode('async () => process.env', { env: { SEVERITY: 'HIGH' } });
    expect(outcome).toMatchObject({ ok: true, result: { SEVERITY: 'HIGH', PATH: process.env.PATH } });
    expect(Object.keys('result' in outcome && outcome.result ? outcome.result : {})).toHaveLength(2);
  });

  test('measures the time to start, the time of the handler and the most memory it held', async () => {
    const outcome = await invokeCode(`async () => {
      globalThis.held = Buffer.alloc(200_000_000, 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }`);
    expect(outcome.initMs).toBeGreaterThan(0);
    expect(outcome.durationMs).toBeGreaterThanOrEqual(49);
    expect(outcome.peakMemoryBytes).toBeGreaterThan(200_000_000);
  });

  test.runIf(process.platform === 'linux')('does not count the memory of the process that invokes it', async () => {
    const held = Buffer.alloc(300_000_000, 1);
    const { peakMemoryBytes } = await invokeCode('async () => undefined');
    expect(peakMemoryBytes).toBeLessThan(held.length);
  });
});

describe('the clock of an invocation', () => {
  const now = new Date('2031-01-02T03:04:05Z');

  test('starts at the time given, in every way of asking, and goes on', async () => {
    const outcome = await invokeCode(
      `async () => {
        const times = [Date.now(), new Date().getTime(), Date.parse(Date().replace(/ \\(.*/, ''))];
        await new Promise((resolve) => setTimeout(resolve, 1100));
        return [...times, Date.now(), new Date() instanceof Date];
      }`,
      { now },
    );
    const [a, b, c, later, isDate] = outcome.ok && Array.isArray(outcome.result) ? outcome.result : [];
    for (const time of [a, b, c]) expect(Math.abs(time - now.getTime())).toBeLessThan(10_000);
    expect(later - a).toBeGreaterThanOrEqual(1099);
    expect(isDate).toBe(true);
  });

  test('leaves a date that is given explicitly alone', async () => {
    const outcome = await invokeCode('async () => [new Date(0), new Date(2020, 0, 1).getFullYear()]', { now });
    expect(outcome).toMatchObject({ ok: true, result: ['1970-01-01T00:00:00.000Z', 2020] });
  });
});

describe('an invocation that is cut off', () => {
  const forever = `async (_event, context) => {
    console.info({ left: context.getRemainingTimeInMillis() });
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }`;

  test('is killed when its time is over, and what it logged until then is kept', async () => {
    const outcome = await invokeCode(forever, { timeoutMs: 200 });
    expect(outcome).toMatchObject({
      ok: false,
      error: { name: 'Sandbox.Timedout', message: 'Task timed out after 0.20 seconds' },
      logs: [{ level: 'info', entry: { left: expect.closeTo(200, -2) } }],
      peakMemoryBytes: undefined,
    });
  });

  test('is killed when told to', async () => {
    const outcome = await invokeCode(forever, { kill: AbortSignal.timeout(300) });
    expect(outcome).toMatchObject({
      ok: false,
      error: { name: 'Runtime.ExitError', message: expect.stringContaining('killed') },
    });
  });

  test('is killed even if it never yields', async () => {
    const outcome = await invokeCode('async () => { for (;;); }', { timeoutMs: 200 });
    expect(outcome).toMatchObject({ ok: false, error: { name: 'Sandbox.Timedout' } });
  });

  test('that ends its own process fails, with what it wrote on standard error', async () => {
    const outcome = await invokeCode(`async () => { process.stderr.write('out of luck'); process.exit(3) }`);
    expect(outcome).toMatchObject({
      ok: false,
      error: { name: 'Runtime.ExitError', message: 'Runtime exited with error: exit status 3\nout of luck' },
    });
  });
});

describe('the function, bundled as it is deployed', () => {
  test('runs against a sandbox account and returns its summary', async () => {
    const sandbox = await startSandbox();
    try {
      sandbox.iam.createUser({ userName: 'ci-deploy', keys: [{}, {}] });
      const outcome = await invoke(deployed, {
        env: { ...sandbox.env, ALERT_TOPIC_ARN: sandbox.sns.topicArn },
        functionArn: sandbox.functionArn,
      });
      expect(outcome).toMatchObject({
        ok: true,
        result: { users: { listed: 1, failing: 1 } },
        metrics: [{ UsersFailing: 1 }],
      });
      expect(sandbox.sns.published).toHaveLength(1);
    } finally {
      await sandbox.close();
    }
  });

  test('is one module of less than a megabyte', () => {
    expect(deployed.bytes).toBeGreaterThan(100_000);
    expect(deployed.bytes).toBeLessThan(1_000_000);
  });
});

/** Invokes a handler given as source text. */
function invokeCode(handler: string, invocation: Partial<Invocation> = {}) {
  const path = join(folder, `${crypto.randomUUID()}.mjs`);
  writeFileSync(path, `export const handler = ${handler};`);
  return invoke({ ...deployed, path }, { env: {}, functionArn: FUNCTION_ARN, ...invocation });
}
