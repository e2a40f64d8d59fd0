import { countOf, type PlayedDay, type Run, toldIn } from './play.ts';
import { runSections, type View } from './print-run.ts';
import { columns, visible, wrapped } from './terminal.ts';

/** What happened on a day, what the check did, and what people got to see. */
export function dayText({ number, day, run, differences }: PlayedDay, view: View): string {
  const mails = { ...view, full: view.full || number === 1 };
  return lines(
    ...heading(`Day ${number}: ${day.title} (${longDate(run.at)})`, view),
    view.paint('bold', number === 1 ? 'The account' : 'In the account since then'),
    ...day.happened.flatMap((text) => (text.startsWith('- ') ? wrapped('  - ', text.slice(2)) : wrapped('  ', text))),
    '',
    ...runSections(run, mails),
    ...differences.map((text) => view.paint('red', `Not as expected: ${visible(text)}`)),
  );
}

/** A day on which the story tells nothing. */
export function laterDayText(number: number, run: Run, view: View): string {
  return lines(...heading(`Day ${number} (${longDate(run.at)})`, view), ...runSections(run, view));
}

/** All days on a few lines, and whether they went as the story expects. */
export function recapText(days: readonly PlayedDay[], { paint }: View): string {
  const rows = days.map(({ number, run, differences }) => [
    `${number}`.padStart(3),
    run.at.toUTCString().slice(0, 11).replace(',', ''),
    run.outcome.ok ? 'succeeded' : 'failed',
    newsIn(run),
    `${countOf(run, 'ACTIVE')}`.padStart(4),
    `${countOf(run, 'ARCHIVED')}`.padStart(8),
    differences.length === 0 ? 'yes' : 'no',
  ]);
  const table = columns(
    [3, 10, 9, 15, 4, 8, 11],
    [['Day', '', 'Run', 'Alert', 'Open', 'Archived', 'As expected'], ...rows],
  );
  const different = days.filter(({ differences }) => differences.length > 0);
  return lines(
    paint('bold', 'All days'),
    ...table,
    '',
    ...(different.length === 0
      ? [paint('green', `All ${days.length} days went as expected.`)]
      : different.flatMap(({ number, differences }) =>
          differences.flatMap((text) => wrapped(`Day ${number}: `, text).map((line) => paint('red', line))),
        )),
  );
}

function heading(title: string, { paint }: View): string[] {
  return ['', paint('bold', '='.repeat(80)), paint('bold', title), paint('bold', '='.repeat(80)), ''];
}

/** `7 new` or `silence`. */
function newsIn(run: Run): string {
  const told = Object.entries(toldIn(run)).map(([news, users]) => `${users.length} ${news.replace('-', ' ')}`);
  return told.join(', ') || 'silence';
}

function longDate(date: Date): string {
  const day = date.toLocaleDateString('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).replace(',', '');
  return `${day}, ${date.toISOString().slice(11, 16)} UTC`;
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
