import { startSandbox } from '../sandbox/sandbox.ts';
import { at, type Expected, FAULTY_DAY, type Preparation } from './base-account.ts';
import { takeSnapshot, turnTo } from './snapshot.ts';
import { accountTime, setTime } from './virtual-time.ts';

/** Two, so that even this account has several pages of everything. */
const PAGE_SIZE = 2;

/** A small account, whose runs are short: the ground on which every kind of fault is tried on every operation. */
export const few: Preparation = async (deployed) => {
  setTime(at(0, 0));
  const sandbox = await startSandbox({ clock: accountTime, pageSize: PAGE_SIZE });
  const { iam } = sandbox;
  const two = [{ createDate: at(-300) }, { createDate: at(-200) }];
  const fixed = iam.createUser({ userName: 'fixed', keys: two });
  const deleted = iam.createUser({ userName: 'deleted', keys: two });
  iam.createUser({ userName: 'ongoing', keys: two });
  await turnTo(at(FAULTY_DAY - 1));
  await deployed.run(sandbox);
  await turnTo(at(FAULTY_DAY - 1, 12));
  iam.updateAccessKey('fixed', fixed.keys[0]?.accessKeyId ?? '', 'Inactive');
  iam.deleteUser('deleted');
  const tags = { Owner: 'ops', team: 'ops', contact: 'ops@example.com' };
  const fresh = iam.createUser({ userName: 'fresh', tags, keys: [...two, { createDate: at(-100) }] });
  await turnTo(at(FAULTY_DAY));
  const snapshot = takeSnapshot(sandbox, PAGE_SIZE);
  await sandbox.close();
  const expected = new Map<string, Expected>([
    [fixed.userId, { news: 'resolved', on: 'first' }],
    [deleted.userId, { news: 'resolved', on: 'first' }],
    [fresh.userId, { news: 'new', on: 'first' }],
  ]);
  return { name: 'few', snapshot, settings: {}, expected };
};
