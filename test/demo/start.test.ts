import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const COMMAND = ['--import', 'tsx', fileURLToPath(new URL('start.ts', import.meta.url))];

test('--help says what the command does', () => {
  const { status, stdout } = start('--help');
  expect(stdout).toContain('npm start -- --serve');
  expect(status).toBe(0);
});

test('an unknown argument is an error that names it', () => {
  expect(start('--sreve')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining("'--sreve'") });
  expect(start('days')).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining("'days'") });
});

test('--serve plays the days, says how to reach the account, plays another day on Enter and ends on Ctrl-C', async () => {
  const child = spawn(process.execPath, [...COMMAND, '--serve']);
  let output = '';
  const exited = new Promise((resolve) => child.once('close', resolve));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const before = output;
    output += text;
    const appeared = (words: string) => !before.includes(words) && output.includes(words);
    if (appeared('export AWS_ENDPOINT_URL=http://127.0.0.1:')) child.stdin.write('\n');
    if (appeared('Day 11 (')) child.kill('SIGINT');
  });
  expect(await exited).toBe(0);
  expect(output).toContain('All 10 days went as expected.');
  expect(output).toMatch(/aws iam update-access-key --user-name='ci-deploy' --access-key-id=\w{20} --status=Inactive/);
  expect(output).not.toContain('\u001b');
}, 60_000);

function start(...args: string[]) {
  return spawnSync(process.execPath, [...COMMAND, ...args], { encoding: 'utf8' });
}
