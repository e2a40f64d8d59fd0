import type { SandboxKey, SandboxUser } from './iam.ts';
import { type AccountFacts, AwsError } from './service.ts';

const FOUR_HOURS = 4 * 60 * 60 * 1000;

const COLUMNS = [
  ...['user', 'arn', 'user_creation_time', 'password_enabled', 'password_last_used', 'password_last_changed'],
  ...['password_next_rotation', 'mfa_active', 'access_key_1_active', 'access_key_1_last_rotated'],
  ...['access_key_1_last_used_date', 'access_key_1_last_used_region', 'access_key_1_last_used_service'],
  ...['access_key_2_active', 'access_key_2_last_rotated', 'access_key_2_last_used_date'],
  ...['access_key_2_last_used_region', 'access_key_2_last_used_service'],
  ...['cert_1_active', 'cert_1_last_rotated', 'cert_2_active', 'cert_2_last_rotated'],
];

/** One report: a CSV as of the moment its generation started. */
interface Report {
  readonly generatedTime: Date;
  readonly content: string;
}

/**
 * The account's credential report: one row per user as of up to four hours ago, two key slots each.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
 */
export class CredentialReport {
  /** How many calls find a new report still being generated. */
  pollsUntilComplete = 1;
  /** Nobody documents how the report writes a name or path that holds a comma: quoted as CSV has it, or bare. */
  commas: 'quoted' | 'bare' = 'quoted';
  readonly #facts: AccountFacts;
  readonly #users: () => readonly SandboxUser[];
  #pending: { readonly report: Report; pollsLeft: number } | undefined;
  #latest: Report | undefined;

  constructor(facts: AccountFacts, users: () => readonly SandboxUser[]) {
    this.#facts = facts;
    this.#users = users;
  }

  /** STARTED, INPROGRESS or COMPLETE; a new report is made at most every four hours. */
  generate(): Record<string, unknown> {
    if (this.#isPending()) return { State: 'INPROGRESS' };
    if (this.#latest !== undefined && !this.#isExpired(this.#latest)) return { State: 'COMPLETE' };
    const report = { generatedTime: this.#facts.now(), content: this.#toCsv() };
    this.#pending = { report, pollsLeft: this.pollsUntilComplete };
    return { State: 'STARTED', Description: 'No report exists. Starting a new report generation task' };
  }

  /** The latest report. @throws ReportNotPresent, ReportInProgress or ReportExpired */
  get(): Record<string, unknown> {
    if (this.#isPending()) throw new AwsError(404, 'ReportInProgress', 'Report is being generated');
    if (this.#latest === undefined) throw new AwsError(410, 'ReportNotPresent', 'No report is present');
    if (this.#isExpired(this.#latest)) throw new AwsError(410, 'ReportExpired', 'The most recent report has expired');
    const { content, generatedTime } = this.#latest;
    return { Content: Buffer.from(content).toString('base64'), ReportFormat: 'text/csv', GeneratedTime: generatedTime };
  }

  #isPending(): boolean {
    if (this.#pending === undefined) return false;
    if (this.#pending.pollsLeft > 0) {
      this.#pending.pollsLeft -= 1;
      return true;
    }
    this.#latest = this.#pending.report;
    this.#pending = undefined;
    return false;
  }

  #isExpired(report: Report): boolean {
    return this.#facts.now().getTime() - report.generatedTime.getTime() >= FOUR_HOURS;
  }

  /** LF between lines and no newline at the end; the account's root user comes first. */
  #toCsv(): string {
    const rows = this.#users().map((user) => userRow(user).map((cell) => this.#cell(cell)));
    return [COLUMNS, this.#rootRow(), ...rows].map((row) => row.join(',')).join('\n');
  }

  #cell(text: string): string {
    return this.commas === 'quoted' && text.includes(',') ? `"${text.replaceAll('"', '""')}"` : text;
  }

  #rootRow(): readonly string[] {
    const arn = `arn:${this.#facts.partition}:iam::${this.#facts.account}:root`;
    const password = ['not_supported', 'no_information', 'not_supported', 'not_supported'];
    return [
      '<root_account>',
      arn,
      '2019-01-31T23:00:00+00:00',
      ...password,
      'true',
      ...keySlot(),
      ...keySlot(),
      ...CERTS,
    ];
  }
}

const CERTS = ['false', 'N/A', 'false', 'N/A'];

/** A user without password or certificates. There are two slots, filled in order of the key ids, whatever the keys' age. */
function userRow(user: SandboxUser): readonly string[] {
  const [first, second] = user.keys.toSorted((a, b) => (a.accessKeyId < b.accessKeyId ? -1 : 1));
  const password = ['false', 'N/A', 'N/A', 'N/A'];
  const who = [user.userName, user.arn, reportTime(user.createDate)];
  return [...who, ...password, 'false', ...keySlot(first), ...keySlot(second), ...CERTS];
}

/** active, last_rotated, last_used_date, last_used_region, last_used_service; `N/A` for what there is not. */
function keySlot(key?: SandboxKey): readonly string[] {
  if (key === undefined) return ['false', 'N/A', 'N/A', 'N/A', 'N/A'];
  const use = key.lastUsed;
  const lastUsed = use ? [reportTime(use.date), use.region, use.service] : ['N/A', 'N/A', 'N/A'];
  return [String(key.status === 'Active'), reportTime(key.createDate), ...lastUsed];
}

/** The report writes UTC as an offset, unlike the rest of IAM. */
function reportTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}+00:00`;
}
