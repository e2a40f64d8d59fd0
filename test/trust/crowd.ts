import { startSandbox } from '../sandbox/sandbox.ts';
import { at, type Expected, FAULTY_DAY, type Preparation } from './base-account.ts';
import { takeSnapshot, turnTo } from './snapshot.ts';
import { accountTime, setTime } from './virtual-time.ts';

const PAGE_SIZE = 100;

/** Enough for two batches of an import and two pages of findings. */
const DELETED = 105;

/** An account out of which over a hundred failing users were deleted at once, and where one user can never be read. */
export const crowd: Preparation = async (deployed) => {
  setTime(at(0, 0));
  const sandbox = await startSandbox({ clock: accountTime, pageSize: PAGE_SIZE });
  const { iam } = sandbox;
  const two = [{ createDate: at(-300) }, { createDate: at(-200) }];
  const gone = Array.from({ length: DELETED }, (_, i) => iam.createUser({ userName: `gone-${i}`, keys: two }));
  const locked = iam.createUser({ userName: 'locked', keys: two });
  const fixed = iam.createUser({ userName: 'fixed', keys: two });
  iam.createUser({ userName: 'ongoing', keys: two });
  await turnTo(at(FAULTY_DAY - 1));
  await deployed.run(sandbox);
  await turnTo(at(FAULTY_DAY - 1, 12));
  for (const { userName } of gone) iam.deleteUser(userName);
  iam.updateAccessKey('fixed', fixed.keys[0]?.accessKeyId ?? '', 'Inactive');
  const fresh = iam.createUser({ userName: 'fresh', keys: two });
  await turnTo(at(FAULTY_DAY));
  const snapshot = takeSnapshot(sandbox, PAGE_SIZE);
  await sandbox.close();
  const expected = new Map<string, Expected>([
    ...[...gone, fixed].map(({ userId }) => [userId, { news: 'resolved', on: 'first' }] as const),
    [fresh.userId, { news: 'new', on: 'first' }],
  ]);
  return { name: 'crowd', snapshot, settings: {}, expected, locked: locked.userName };
};
