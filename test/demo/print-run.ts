import type { AwsSecurityFinding } from '@aws-sdk/client-securityhub';
import { type Call, isObject } from '../sandbox/service.ts';
import type { Published } from '../sandbox/sns.ts';
import type { Run } from './play.ts';
import { columns, NO_BREAK, type Paint, visible, wrapped } from './terminal.ts';

/** How to print. */
export interface View {
  readonly paint: Paint;
  /** Whether long mails are printed to the end on every day. */
  readonly full: boolean;
}

/** A mail longer than this is cut after the first day, unless all is wanted. */
const LONG_MAIL = 45;

/** What one run of the check did, and what people got to see: lines of text. */
export function runSections(run: Run, view: View): string[] {
  const { paint } = view;
  return [
    paint('bold', 'The check'),
    ...outcome(run, paint),
    '',
    ...(run.alerts.length === 0
      ? [paint('bold', 'No mail was sent.'), '']
      : run.alerts.flatMap((alert) => mail(alert, view))),
    paint('bold', 'The findings in Security Hub'),
    ...(run.isHubOn ? findingsTable(run.findings, paint) : ['  Security Hub is off.']),
    '',
  ];
}

function outcome({ outcome, calls }: Run, paint: Paint): string[] {
  const { durationMs, initMs = 0, peakMemoryBytes = 0, logs, metrics } = outcome;
  const cost = `${seconds(durationMs)}, after ${seconds(initMs)} to start, with ${Math.round(peakMemoryBytes / 1e6)} MB of memory at most`;
  const warnings = logs.filter(({ level }) => level === 'warn' || level === 'error');
  return [
    ...(outcome.ok
      ? wrapped('  ', `Succeeded in ${cost}.`)
      : [
          ...wrapped('  ', `Failed in ${cost}:`),
          ...wrapped('  ', `${outcome.error.name}: ${outcome.error.message}`).map((line) => paint('red', line)),
        ]),
    ...callsByService(calls),
    ...metrics.flatMap((summary) =>
      ['users', 'findings', 'alerts'].flatMap((part) => wrapped(`  ${part.padEnd(11)}  `, inWords(summary[part]))),
    ),
    ...warnings.flatMap(({ level, entry }) =>
      wrapped(`  ${level.padEnd(11)}  `, inWords(entry)).map((line) => paint('yellow', line)),
    ),
  ];
}

/** `1 ListUsers, 13 ListAccessKeys` for each service, with the errors answered. */
function callsByService(calls: readonly Call[]): string[] {
  return namesIn(calls.map(({ service }) => service))
    .toSorted()
    .flatMap((service) => {
      const its = calls.filter((call) => call.service === service);
      const operations = namesIn(its.map(({ operation }) => operation)).map((operation) => {
        const same = its.filter((call) => call.operation === operation);
        const errors = same.flatMap(({ errorCode }) => errorCode ?? []);
        const failed = errors.length > 0 ? ` (${errors.length} ${namesIn(errors).join(', ')})` : '';
        return `${same.length} ${operation}${failed}`.replaceAll(' ', NO_BREAK);
      });
      return wrapped(`  ${service.padEnd(11)}  `, operations.join(', '));
    });
}

function namesIn(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

function mail({ subject = '(none)', byProtocol }: Published, { paint, full }: View): string[] {
  const text = (byProtocol.email ?? byProtocol.default ?? '').trimEnd().split('\n');
  const shown = full || text.length <= LONG_MAIL ? text : text.slice(0, LONG_MAIL);
  const missing = text.length - shown.length;
  const bar = paint('dim', '  |');
  return [
    paint('bold', 'The mail'),
    ...[`Subject: ${subject}`, '', ...shown].map((line) => (line === '' ? bar : `${bar} ${visible(line)}`)),
    ...(missing > 0 ? [paint('dim', `  [${missing} more lines; all of them: npm start -- --full]`)] : []),
    '',
  ];
}

/** The columns of the console's list, of archived findings too, which the console hides by default. */
function findingsTable(findings: readonly AwsSecurityFinding[], paint: Paint): string[] {
  const rows = findings
    .map(({ Severity, Workflow, RecordState = '', Compliance, UpdatedAt = '', Resources = [] }) => ({
      isArchived: RecordState === 'ARCHIVED',
      cells: [
        Severity?.Label,
        Workflow?.Status,
        RecordState,
        Compliance?.Status,
        UpdatedAt.slice(5, 16).replace('T', ' '),
      ],
      user: visible(Resources[0]?.Details?.AwsIamUser?.UserName ?? ''),
    }))
    .toSorted((a, b) => Number(a.isArchived) - Number(b.isArchived) || (a.user < b.user ? -1 : 1));
  const [head = '', ...body] = columns(
    [13, 10, 8, 10, 11],
    [
      ['Severity', 'Workflow', 'Record', 'Compliance', 'Updated at', 'Resource'],
      ...rows.map(({ cells, user }) => [...cells.map((cell = '') => cell), user]),
    ],
  );
  return [head, ...body.map((line, i) => (rows[i]?.isArchived ? paint('dim', line) : line))];
}

/** `listed 13, read 13`: an object as it was logged, without the punctuation. */
function inWords(entry: unknown): string {
  if (!isObject(entry)) return String(entry);
  const { message, ...rest } = entry;
  const known = Object.entries(rest).filter(([, value]) => value !== undefined);
  const parts = known.map(([name, value]) => `${name}${NO_BREAK}${String(value)}`);
  return [...(message === undefined ? [] : [`${message}:`]), parts.join(', ')].join(' ');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
