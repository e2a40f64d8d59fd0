import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { HELP, templateArguments, UsageError } from '../../infra/template-arguments.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'access-key-check-template-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the arguments of npm run template', () => {
  const OUTPUT = 'access-key-check.template.json';

  test.each([
    [[], { context: {}, output: OUTPUT }],
    [
      ['-c', 'severity=HIGH', '--context', 'sweep=live'],
      { context: { severity: 'HIGH', sweep: 'live' }, output: OUTPUT },
    ],
    [['-o', 'x.json', '-c', 'permissionsBoundary=a=b'], { context: { permissionsBoundary: 'a=b' }, output: 'x.json' }],
    [['-c', 'severity=HIGH', '--help'], 'help'],
  ])('%j', (args, expected) => {
    expect(templateArguments(args)).toEqual(expected);
  });

  test.each([
    [['severity=HIGH'], 'severity=HIGH is no option: did you mean -c severity=HIGH?'],
    [['everything'], 'everything is no option'],
    [['--foo'], "Unknown option '--foo'"],
    [['-c'], "Option '-c, --context <value>' argument missing"],
    [['-c', '--help'], "Option '-c' argument is ambiguous"],
    [['-c', 'severity'], '-c severity is no setting: give -c name=value'],
    [['-c', '=HIGH'], '-c =HIGH is no setting: give -c name=value'],
  ])('%j are wrong', (args, problem) => {
    expect(() => templateArguments(args)).toThrow(new UsageError(problem));
  });
});

describe('npm run template', () => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'infra/template.ts', ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: folder, ...env },
      encoding: 'utf8',
    });

  test('writes the template and says how large it is', () => {
    const output = join(folder, 'x.json');
    const { status, stdout } = run(['-o', output, '-c', 'severity=HIGH']);
    const size = readFileSync(output).length;
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `wrote ${output}: ${size} bytes (small enough for --template-body)\n`,
    });
    expect(readFileSync(output, 'utf8')).toContain('"SEVERITY":"HIGH"');
  });

  test('explains itself', () => {
    expect(run(['--help'])).toMatchObject({ status: 0, stdout: HELP, stderr: '' });
    expect(HELP.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test.each([
    [
      ['severity=HIGH'],
      {},
      'severity=HIGH is no option: did you mean -c severity=HIGH? (see npm run template -- --help)\n',
    ],
    [
      [],
      { npm_config_call: 'severity=HIGH' },
      'bad settings, nothing was synthesized:\n- npm took -c severity=HIGH for itself: write -- before the first -c\n',
    ],
    [['-o', '/nowhere/x.json'], {}, "ENOENT: no such file or directory, open '/nowhere/x.json'\n"],
  ])('with %j and %j ends with what is wrong, and no stack trace', (args, env, stderr) => {
    expect(run(args, env)).toMatchObject({ status: 1, stdout: '', stderr });
  });
});
