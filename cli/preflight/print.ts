import { count } from '../../lambda/advice/plain.ts';
import { wrapped } from '../../test/demo/terminal.ts';
import { jsonText } from '../json-text.ts';
import type { Paint } from '../paint.ts';
import type { Level, Line } from './line.ts';
import { BLIND } from './look.ts';
import type { Report } from './report.ts';

const COLOURS = { ok: 'green', warning: 'yellow', error: 'red' } as const;
const INDENT = 9;

/** The report for a person, at most 80 columns wide but for commands and links, which are never broken. */
export function toText({ identity, setup, running }: Report, paint: Paint): string {
  const where = identity ? `account ${identity.account}, ${identity.region}` : 'no account was looked at';
  const who = identity ? wrapped('as ', identity.arn) : [];
  const lines = [
    paint('bold', `Preflight of the access key check: ${where}`),
    ...who,
    ...section('What deploying needs', setup, paint),
    ...section('Whether it works', running, paint),
    '',
    paint('bold', verdict([...setup, ...running])),
  ];
  return `${lines.join('\n')}\n`;
}

/** The report for a program. */
export function toJson({ identity, setup, running }: Report): string {
  const all = [...setup, ...running];
  const totals = { errors: countOf(all, 'error'), warnings: countOf(all, 'warning') };
  return jsonText({ ...totals, ...identity, setup, running });
}

/** How many lines are of a level. */
export function countOf(lines: readonly Line[], level: Level): number {
  return lines.filter((line) => line.level === level).length;
}

function section(title: string, lines: readonly Line[], paint: Paint): string[] {
  return lines.length === 0 ? [] : ['', paint('bold', title), ...lines.flatMap((line) => lineText(line, paint))];
}

function lineText({ level, about, says, todo, command }: Line, paint: Paint): string[] {
  const indent = ' '.repeat(INDENT);
  const [first = '', ...rest] = wrapped(level.padEnd(INDENT), `${about}: ${says}`);
  return [
    paint(COLOURS[level], level) + first.slice(level.length),
    ...rest,
    ...(todo ? wrapped(`${indent}-> `, `${todo}${command ? ':' : ''}`) : []),
    ...(command ? command.split('\n').map((each) => `${indent}   ${each}`) : []),
  ];
}

function verdict(lines: readonly Line[]): string {
  const [errors, warnings] = [countOf(lines, 'error'), countOf(lines, 'warning')];
  if (errors + warnings === 0) return 'All is well.';
  const parts = [...(errors ? [count(errors, 'error')] : []), ...(warnings ? [count(warnings, 'warning')] : [])];
  const isBlind = lines.some(({ says }) => says.startsWith(BLIND));
  const rest = isBlind ? ' What could not be looked at may be broken.' : ' Nothing is known to be broken.';
  return `${parts.join(', ')}.${errors > 0 ? '' : rest}`;
}
