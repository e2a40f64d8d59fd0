import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Outcome } from './world.ts';

const COMMAND = ['--import', 'tsx', fileURLToPath(new URL('../../../cli/scan.ts', import.meta.url))];
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
  sandbox.iam.createUser({ userName: 'alice', keys: [{}, {}] });
});
afterAll(() => sandbox.close());

/** The real command with nothing in its environment but what is given. */
function command(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [...COMMAND, ...args], { env: { PATH: process.env.PATH, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

describe('the real command', () => {
  test('scans by the environment and ends with the exit code that was asked for', async () => {
    const { code, stdout, stderr } = await command(['--fail-on-findings'], sandbox.env);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('1 of 1 user has more than one active access key.');
    expect(stdout).not.toContain('\u001b');
  });

  test('scans the demo account without any credentials or network', async () => {
    const { code, stdout, stderr } = await command(['--sandbox', '--format=json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ users: { listed: 13, failing: 8 } });
    expect(stderr).toMatch(
      /^note: this is a demo account inside this process: nothing of yours was read\nmissing permission: /,
    );
    expect(stderr).not.toContain('Warning');
  });

  test.each(['stdout', 'stderr'] as const)('ends in silence with 141 where nobody reads %s any more', async (name) => {
    const child = spawn(process.execPath, [...COMMAND, '--sandbox'], { env: { PATH: process.env.PATH } });
    child[name].destroy();
    let told = '';
    child[name === 'stdout' ? 'stderr' : 'stdout'].on('data', (text: Buffer) => {
      told += String(text);
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(141);
    expect(told).not.toMatch(/EPIPE|Error/);
  });

  test.skipIf(process.platform !== 'linux')('says in one line that the disk is full, and ends with 2', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [...COMMAND, '--sandbox'], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', full, 'pipe'],
    });
    let stderr = '';
    child.stderr?.on('data', (text: Buffer) => {
      stderr += String(text);
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    closeSync(full);
    expect(code).toBe(2);
    expect(stderr).toContain('scan: the result could not be written: no space is left there (ENOSPC): make room');
    expect(stderr).not.toMatch(/^ +at /m);
  });

  test('says in one line that nothing answers, without a stack trace', async () => {
    const { code, stdout, stderr } = await command([], { ...sandbox.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^scan: AWS could not be reached \(ECONNREFUSED\)[^\n]*\n$/);
  });
});
