import { expect, test } from 'vitest';
import { type Ports, runCheck } from '../lambda/run-check.ts';
import { config, NOW } from './builders.ts';

test('a mistake of our own is not taken for an answer of AWS: the run rejects with it as it is', async () => {
  const mistake = new TypeError('undefined is not a function');
  const ports: Ports = {
    inventory: {
      listUsers: () => Promise.reject(mistake),
      listKeys: () => Promise.resolve('deleted'),
      listTags: () => Promise.resolve([]),
      readLastUse: () => Promise.resolve({ kind: 'never' }),
      readReport: () => Promise.resolve({ unreadable: 'not asked for' }),
    },
    findings: { list: () => Promise.resolve([]), importAll: () => Promise.resolve([]) },
    publish: () => Promise.resolve(),
    outOfTime: () => false,
    random: () => 0,
    elapsed: () => 0,
    warn: () => undefined,
  };
  await expect(runCheck(config(), ports, NOW)).rejects.toBe(mistake);
});
