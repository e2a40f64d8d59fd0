import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAYS } from './days.ts';
import { type PlayedDay, play, runInTheMorning, type Stage, setStage } from './play.ts';
import { dayText, laterDayText, recapText } from './print.ts';
import type { View } from './print-run.ts';

const PLAIN: View = { paint: (_style, text) => text, full: false };

let stage: Stage;
const played: PlayedDay[] = [];

beforeAll(async () => {
  stage = await setStage();
  for await (const day of play(stage, DAYS)) played.push(day);
}, 60_000);
afterAll(() => stage.sandbox.close());

describe('the story', () => {
  test.each(DAYS.map(({ title }, i) => [i + 1, title]))('day %i goes as expected: %s', (number) => {
    expect(dayOf(number).differences).toEqual([]);
  });

  test('does nothing that Security Hub would silently ignore', () => {
    expect(stage.sandbox.securityHub.violations).toEqual([]);
  });

  test('names what differs from what is expected', async () => {
    const other = await setStage();
    const [day] = DAYS;
    const expected = { told: { new: ['nobody'] }, open: 1, archived: 0, failure: 'no time left' };
    const { value } = await play(other, day ? [{ ...day, expected }] : []).next();
    await other.sandbox.close();
    expect(value?.differences).toEqual([
      'the run: expected no time left, found success',
      expect.stringMatching(/^told: expected \[\["new",\["nobody"\]\]\], found \[\["new",\["backup-agent",/),
      'open findings: expected 1, found 8',
    ]);
    expect(value && recapText([value], PLAIN)).toContain('Day 1: open findings: expected 1, found 8');
  });
});

describe('what is printed about a day', () => {
  test('fits into 80 columns, except commands, links and subjects', () => {
    const texts = [...played.map((day) => dayText(day, PLAIN)), recapText(played, PLAIN)];
    const long = texts.flatMap((text) => text.split('\n').filter((line) => line.length > 80));
    expect(long.filter((line) => !/^ {2}\| (aws |https:|Subject: )/.test(line))).toEqual([]);
  });

  test('holds no character that steers a terminal, whatever is in the tags of a user', () => {
    for (const day of played) expect(dayText(day, PLAIN)).not.toMatch(/[^\P{C}\n]/u);
  });

  test('shows the first mail whole, exactly as it was received', () => {
    const [first] = played;
    const [alert] = first?.run.alerts ?? [];
    const text = first ? dayText(first, PLAIN) : '';
    const shown = text.split('\n').flatMap((line) => /^ {2}\| ?(.*)$/.exec(line)?.[1] ?? []);
    expect(shown.join('\n')).toBe(`Subject: ${alert?.subject}\n\n${alert?.byProtocol.email?.trimEnd()}`);
  });

  test('says how much of a later long mail is missing, unless all is wanted', () => {
    const reminder = dayOf(8);
    expect(dayText(reminder, PLAIN)).toMatch(/\[\d+ more lines; all of them: npm start -- --full\]/);
    expect(dayText(reminder, { ...PLAIN, full: true })).toContain('STILL OPEN: ci-deploy');
  });

  test('says that no mail was sent on a quiet day', () => {
    expect(dayText(dayOf(2), PLAIN)).toContain('No mail was sent.');
  });

  test('shows the error of a run that failed as the function gave it, and no findings while Security Hub is off', () => {
    const text = dayText(dayOf(9), PLAIN);
    expect(text.replace(/\s+/g, ' ')).toContain('RunFailed: the run failed: findings could not be read');
    expect(text).toContain('Security Hub is off.');
  });

  test('tells what a run looked at, recorded and told, in words', () => {
    const text = dayText(dayOf(1), PLAIN);
    expect(text).toContain('users        listed 13, read 13, passedByReport 0, failing 8, unreadable 0');
    expect(text).toMatch(/alerts {7}published true, new 7,/);
    expect(text).not.toContain('[object');
  });

  test('lists findings by the columns of the console, archived ones last', () => {
    const rows = dayText(dayOf(4), PLAIN).split('\n').slice(-6, -2);
    expect(rows).toEqual([
      '  MEDIUM         NOTIFIED    ACTIVE    FAILED      11-05 06:00  report-export',
      '  MEDIUM         NEW         ACTIVE    FAILED      11-05 06:00  zz--hostile@here',
      '  INFORMATIONAL  NEW         ARCHIVED  PASSED      11-04 06:00  erp-import',
      '  INFORMATIONAL  NEW         ARCHIVED  PASSED      11-05 06:00  legacy-mailer',
    ]);
  });

  test('ends with all days on a line each', () => {
    expect(recapText(played, PLAIN).split('\n')).toContain(
      '    5  Fri 06 Nov  succeeded  1 failing again     7         1  yes',
    );
    expect(recapText(played, PLAIN)).toContain(`All ${DAYS.length} days went as expected.`);
  });
});

test('after the story, life goes on: the next morning tells what somebody did meanwhile', async () => {
  const { iam } = stage.sandbox;
  const [old] = iam.user('ci-deploy').keys;
  iam.updateAccessKey('ci-deploy', old?.accessKeyId ?? '', 'Inactive');
  const text = laterDayText(11, await runInTheMorning(stage, 11), PLAIN);
  expect(text).toContain('Day 11 (Thursday 12 November 2026, 06:00 UTC)');
  expect(text).toContain('RESOLVED: ci-deploy');
});

function dayOf(number: number): PlayedDay {
  const day = played[number - 1];
  if (!day) throw new Error(`day ${number} was not played`);
  return day;
}
