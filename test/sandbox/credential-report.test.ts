import { GenerateCredentialReportCommand, GetCredentialReportCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientsOf } from './clients.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ clock: () => new Date('2026-11-23T06:00:00Z') });
});
afterEach(() => sandbox.close());

const generate = () => clientsOf(sandbox).iam.send(new GenerateCredentialReportCommand({}));
const get = () => clientsOf(sandbox).iam.send(new GetCredentialReportCommand({}));

async function report(): Promise<string> {
  await generate();
  await generate();
  return Buffer.from((await get()).Content ?? []).toString();
}

test('without a report Get answers ReportNotPresent, while one is made ReportInProgress', async () => {
  await expect(get()).rejects.toMatchObject({
    name: 'CredentialReportNotPresentException',
    $metadata: { httpStatusCode: 410 },
  });
  expect(await generate()).toMatchObject({ State: 'STARTED' });
  await expect(get()).rejects.toMatchObject({
    name: 'CredentialReportNotReadyException',
    $metadata: { httpStatusCode: 404 },
  });
  expect(await generate()).toMatchObject({ State: 'COMPLETE' });
  expect(await get()).toMatchObject({ ReportFormat: 'text/csv', GeneratedTime: new Date('2026-11-23T06:00:00Z') });
});

test('Generate answers STARTED, INPROGRESS or COMPLETE', async () => {
  sandbox.iam.credentialReport.pollsUntilComplete = 2;
  const states: unknown[] = [];
  for (let call = 0; call < 4; call += 1) states.push((await generate()).State);
  expect(states).toEqual(['STARTED', 'INPROGRESS', 'INPROGRESS', 'COMPLETE']);
});

test('a new report is made at most every four hours; an older one is ReportExpired', async () => {
  const before = await report();
  sandbox.iam.createUser({ userName: 'late' });
  sandbox.clock = () => new Date('2026-11-23T09:59:59Z');
  expect(await report()).toBe(before);
  sandbox.clock = () => new Date('2026-11-23T10:00:00Z');
  await expect(get()).rejects.toMatchObject({
    name: 'CredentialReportExpiredException',
    $metadata: { httpStatusCode: 410 },
  });
  expect(await generate()).toMatchObject({ State: 'STARTED' });
});

test('the report is a CSV of 22 columns, the root user first, LF, no newline at the end', async () => {
  sandbox.iam.createUser({ userName: 'alice' });
  const [header = '', root = '', alice = '', ...rest] = (await report()).split('\n');
  expect(header.split(',')).toHaveLength(22);
  expect(root.split(',')).toHaveLength(22);
  expect(root).toMatch(/^<root_account>,arn:aws:iam::111122223333:root,.*,not_supported,no_information,/);
  expect(alice).toBe(
    'alice,arn:aws:iam::111122223333:user/alice,2026-11-23T06:00:00+00:00,false,N/A,N/A,N/A,false,' +
      'false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A',
  );
  expect(rest).toEqual([]);
});

test('slots 1 and 2 follow the key id, not the age; a third key is not seen; Inactive and Expired keys are not active', async () => {
  const lastUsed = { date: new Date('2026-11-01'), service: 's3', region: 'eu-west-1' };
  const keys = [
    { accessKeyId: 'AKIAZZZZZZZZZZZZZZZZ', createDate: new Date('2020-01-01') },
    { accessKeyId: 'AKIABBBBBBBBBBBBBBBB', createDate: new Date('2021-01-01'), status: 'Expired' as const },
    { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', createDate: new Date('2022-01-01'), lastUsed },
  ];
  sandbox.iam.createUser({ userName: 'alice', keys });
  const [, , row = ''] = (await report()).split('\n');
  expect(row.split(',').slice(8, 18)).toEqual([
    ...['true', '2022-01-01T00:00:00+00:00', '2026-11-01T00:00:00+00:00', 'eu-west-1', 's3'],
    ...['false', '2021-01-01T00:00:00+00:00', 'N/A', 'N/A', 'N/A'],
  ]);
});

test('user names and paths may contain commas: the report writes them quoted or bare', async () => {
  sandbox.iam.createUser({ userName: 'alice,bob' });
  sandbox.iam.credentialReport.commas = 'bare';
  const bare = await report();
  expect(bare).toContain('\nalice,bob,arn:aws:iam::111122223333:user/alice,bob,2026');
  sandbox.clock = () => new Date('2026-11-24T06:00:00Z');
  sandbox.iam.credentialReport.commas = 'quoted';
  expect(await report()).toContain('\n"alice,bob","arn:aws:iam::111122223333:user/alice,bob",2026');
});
