import { describe, expect, test } from 'vitest';
import { byAge } from '../../lambda/check/access-key.ts';
import { evaluate } from '../../lambda/check/evaluate.ts';
import { accessKey, ago, iamUser } from '../builders.ts';

const alice = iamUser();
const first = accessKey({ id: 'AKIAFIRST', createDate: ago(200) });
const second = accessKey({ id: 'AKIASECOND', createDate: ago(100) });

describe('a user passes', () => {
  test.each([
    ['without any key', []],
    ['with one active key', [first]],
    ['with one inactive key', [accessKey({ status: 'Inactive' })]],
    ['when the second key is inactive', [first, accessKey({ id: 'AKIASECOND', status: 'Inactive' })]],
    ['when the second key is expired', [first, accessKey({ id: 'AKIASECOND', status: 'Expired' })]],
    ['when no key of many is active', Array.from({ length: 8 }, () => accessKey({ status: 'Inactive' }))],
    ['when a status is written otherwise than IAM does', [first, accessKey({ status: 'active' })]],
  ])('%s', (_, keys) => {
    expect(evaluate(alice, keys)).toEqual({ status: 'PASSED', user: alice });
  });
});

describe('a user fails', () => {
  test('with two active keys, which are told oldest first', () => {
    expect(evaluate(alice, [second, first])).toEqual({
      status: 'FAILED',
      user: alice,
      activeKeys: [first, second],
    });
  });

  test('with eight active keys, however many others are inactive', () => {
    const active = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => accessKey({ id: `AKIA${n}`, createDate: ago(100 - n) }));
    const keys = [accessKey({ id: 'AKIA0', status: 'Inactive' }), ...active.toReversed()];
    expect(evaluate(alice, keys)).toEqual({ status: 'FAILED', user: alice, activeKeys: active });
  });

  test('and of keys created at the same time the lower id counts as older', () => {
    const [a, b, c] = ['AKIAA', 'AKIAB', 'AKIAC'].map((id) => accessKey({ id, createDate: ago(1) }));
    if (!a || !b || !c) throw new Error('three keys');
    expect(evaluate(alice, [c, a, b])).toMatchObject({ activeKeys: [a, b, c] });
  });
});

test('a user whose keys could not be read is neither passed nor failed, for the reason given', () => {
  expect(evaluate(alice, { unreadable: 'AccessDenied: no' })).toEqual({
    status: 'NOT_AVAILABLE',
    user: alice,
    reason: 'AccessDenied: no',
  });
});

test('a key is neither older nor newer than itself', () => {
  expect(byAge(first, first)).toBe(0);
});

test('of two keys one is older, whichever is named first', () => {
  const [low, high] = [accessKey({ id: 'AKIAA' }), accessKey({ id: 'AKIAB' })];
  expect([byAge(first, second), byAge(low, high)].map(Math.sign)).toEqual([-1, -1]);
  expect([byAge(second, first), byAge(high, low)].map(Math.sign)).toEqual([1, 1]);
});
