import { describe, expect, test } from 'vitest';
import { inFields, lastingFields, toldFields, toldFrom } from '../../lambda/findings/product-fields.ts';
import { ago, told } from '../builders.ts';

describe('a text in product fields', () => {
  test('is one field as long as it fits, parts and separators together', () => {
    const part = 'x'.repeat(1023);
    expect(inFields('undo', [part, `${part}x`], '\n')).toEqual({ 'aws-iam-009/undo': `${part}\n${part}x` });
  });

  test('goes on in further fields where it does not, never within a part', () => {
    const part = 'x'.repeat(1024);
    expect(inFields('undo', [part, part, 'y'], '\n')).toEqual({
      'aws-iam-009/undo': part,
      'aws-iam-009/undo-2': `${part}\ny`,
    });
  });

  test('takes no more fields than it may', () => {
    const part = 'x'.repeat(2000);
    const names = (most?: number) => Object.keys(inFields('undo', [part, part, part, part, part], '\n', most));
    expect([names().length, names(4).length]).toEqual([3, 4]);
  });

  test('is no field at all without parts, since blank values are refused', () => {
    expect(inFields('undo', [], '\n')).toEqual({});
  });
});

describe('what was told', () => {
  const fields = {
    'aws-iam-009/alerted-status': 'FAILED',
    'aws-iam-009/alerted-at': ago(1).toISOString(),
    'aws-iam-009/alerted-keys': 'AKIAOLDER00000000001 AKIANEWER00000000002',
  };

  test('is written to fields and read back', () => {
    expect(toldFields(told())).toEqual(fields);
    expect(toldFrom({ ...fields, 'aws/securityhub/FindingId': 'x' })).toEqual(told());
  });

  test('is read back with as many keys as a user may have', () => {
    const activeKeyIds = Array.from({ length: 60 }, (_, i) => `AKIA${String(i).padStart(124, 'X')}`);
    const written = toldFields(told({ activeKeyIds }));
    expect(Object.keys(written)).toHaveLength(6);
    expect(toldFrom(written)).toEqual(told({ activeKeyIds }));
  });

  test('is read back without keys, when the failure told was an earlier one', () => {
    expect(toldFrom(toldFields(told({ activeKeyIds: [] })))).toEqual(told({ activeKeyIds: [] }));
  });

  test('nothing is no field', () => {
    expect(toldFields(undefined)).toEqual({});
  });

  test.each([
    ['there are no fields', undefined],
    ['none of them is ours', { 'aws/securityhub/FindingId': 'x' }],
    ['the status is missing', { ...fields, 'aws-iam-009/alerted-status': '' }],
    ['the status is none of ours', { ...fields, 'aws-iam-009/alerted-status': 'WARNING' }],
    ['the time is missing', { 'aws-iam-009/alerted-status': 'FAILED' }],
    ['the time is none', { ...fields, 'aws-iam-009/alerted-at': 'yesterday' }],
  ])('counts as nothing when %s: better an alert twice than none', (_, given) => {
    expect(toldFrom(given)).toBeUndefined();
  });
});

test('of our fields those last that say why a finding was and how to undo what resolved it', () => {
  const given = {
    'aws-iam-009/diagnosis': 'unknown',
    'aws-iam-009/undo': 'a',
    'aws-iam-009/undo-2': 'b',
    'aws-iam-009/deactivate': 'c',
    'aws-iam-009/alerted-status': 'FAILED',
    'aws/securityhub/FindingId': 'x',
    mine: 'y',
    'not/aws-iam-009/undo': 'z',
  };
  expect(lastingFields(given)).toEqual({
    'aws-iam-009/diagnosis': 'unknown',
    'aws-iam-009/undo': 'a',
    'aws-iam-009/undo-2': 'b',
  });
  expect(lastingFields(undefined)).toEqual({});
});
