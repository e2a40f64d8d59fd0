import { expect, test } from 'vitest';
import { columns, NO_BREAK, paintFor, visible, wrapped } from './terminal.ts';

test('characters that steer a terminal or cannot be seen become escapes', () => {
  expect(visible('a\u001b[2J\r\n\u202eb\u2028c')).toBe('a\\u{1b}[2J\\u{d}\\u{a}\\u{202e}b\\u{2028}c');
});

test('text is broken at spaces, and goes on below where it began', () => {
  const lines = wrapped('  - ', `${'word '.repeat(20)}one${NO_BREAK}two`);
  expect(lines).toEqual([`  - ${'word '.repeat(14)}word`, `    ${'word '.repeat(5)}one two`]);
});

test('cells that are too long are cut', () => {
  expect(columns([4, 3], [['abc', 'abcd', 'abcdef']])).toEqual(['  abc   ab…  abcdef']);
});

test('only a terminal that shows colour gets it', () => {
  const painted = (isTTY: boolean, colours: boolean) => paintFor({ isTTY, hasColors: () => colours })('bold', 'text');
  expect(painted(true, true)).toBe('\u001b[1mtext\u001b[22m');
  expect(painted(true, false)).toBe('text');
  expect(painted(false, true)).toBe('text');
});
