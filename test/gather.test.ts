import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { gather, type Sources } from '../lambda/gather.ts';
import { accessKey, config, iamUser, NEVER, NOW } from './builders.ts';

test('sixteen users are read at once, and of each one key, however many keys they have', async () => {
  let underWay = 0;
  let most = 0;
  const slowly = async <T>(answer: T): Promise<T> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(1);
    underWay -= 1;
    return answer;
  };
  const keys = Array.from({ length: 8 }, (_, i) => accessKey({ id: `AKIA${i}` }));
  const users = Array.from({ length: 40 }, (_, i) => iamUser({ userId: `AIDA${i}` }));
  const sources: Sources = {
    inventory: {
      listUsers: async () => users,
      listKeys: () => slowly(keys),
      listTags: () => slowly([]),
      readLastUse: () => slowly(NEVER),
      readReport: async () => ({ unreadable: 'not asked for' }),
    },
    findings: { list: async () => [] },
    outOfTime: () => false,
    random: () => 0,
    warn: () => undefined,
  };
  const { inspections } = await gather(config(), sources, NOW);
  expect(inspections.filter(({ status }) => status === 'FAILED')).toHaveLength(40);
  expect(most).toBe(16);
});
