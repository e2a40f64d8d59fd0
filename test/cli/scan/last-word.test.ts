import { expect, test } from 'vitest';
import { lastWordOnDefect, lastWordOnOutput } from '../../../cli/scan/last-word.ts';

test('an error that nobody foresaw ends the command with 2 and one sentence', () => {
  expect(lastWordOnDefect(new TypeError('x is not\na function'))).toEqual({
    exitCode: 2,
    text: 'scan: the scan broke off by a defect of its own, please report it: TypeError: x is not a function\n',
  });
});

test.each([
  ['EPIPE', 141, ''],
  ['ENOSPC', 2, 'scan: the result could not be written: no space is left there (ENOSPC): make room, and scan again\n'],
  ['EIO', 2, 'scan: the result could not be written: the system refused (EIO)\n'],
])('output that fails by %s ends the command with %i', (code, exitCode, text) => {
  expect(lastWordOnOutput(Object.assign(new Error('no'), { code }))).toEqual({ exitCode, text });
});
