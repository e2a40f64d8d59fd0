import type {
  AwsSecurityFinding,
  ImportFindingsError,
  Severity,
  SeverityLabel,
  VerificationState,
  WorkflowStatus,
} from '@aws-sdk/client-securityhub';
import type { AccountFacts } from './service.ts';

/** A finding as GetFindings tells it. */
export type StoredFinding = AwsSecurityFinding;

/** What a customer may change by BatchUpdateFindings. */
export interface CustomerUpdate {
  readonly workflow?: WorkflowStatus;
  readonly note?: string;
  readonly userDefinedFields?: Readonly<Record<string, string>>;
  readonly verificationState?: VerificationState;
  readonly severityLabel?: SeverityLabel;
}

/** Everything kept about one finding: what it is now, what it was when, and who set its severity last. */
interface FindingRecord {
  /** In order of arrival: what pages of GetFindings are cut by. */
  readonly sequence: string;
  readonly history: readonly { readonly at: number; readonly finding: StoredFinding }[];
  readonly hasCustomerSeverity: boolean;
}

const DAY = 24 * 60 * 60 * 1000;
const RETENTION_DAYS = { ACTIVE: 90, ARCHIVED: 30 };

/** "If you provide Label and don't provide Normalized, then Normalized is set automatically as follows." */
const NORMALIZED: Readonly<Record<SeverityLabel, number>> = {
  INFORMATIONAL: 0,
  LOW: 1,
  MEDIUM: 40,
  HIGH: 70,
  CRITICAL: 90,
};

/** The account's Security Hub in this Region: its findings, and what customers do to them. */
export class SecurityHub {
  /** Whether the account is subscribed to Security Hub; if not, every call answers InvalidAccessException. */
  enabled = true;
  /** GetFindings is eventually consistent: it answers as of this many milliseconds ago, by the account's clock. */
  lagMs = 0;
  /** Lets a test refuse findings of its choice, in FailedFindings beside the accepted ones. */
  refuse: (finding: AwsSecurityFinding) => Omit<ImportFindingsError, 'Id'> | undefined = () => undefined;
  /** What a provider did that Security Hub would silently not do: changed CreatedAt or FirstObservedAt of a stored finding. */
  readonly violations: string[] = [];
  /** The account's default product: findings of its own tools belong to it. */
  readonly productArn: string;
  readonly #facts: AccountFacts;
  readonly #current = new Map<string, StoredFinding>();
  readonly #records = new Map<string, FindingRecord>();

  constructor(facts: AccountFacts) {
    this.#facts = facts;
    const { partition, region, account } = facts;
    this.productArn = `arn:${partition}:securityhub:${region}:${account}:product/${account}/default`;
  }

  /** What is true now, by `ProductArn|Id`. */
  get findings(): ReadonlyMap<string, StoredFinding> {
    return this.#current;
  }

  /** What GetFindings tells: every finding as it was `lagMs` ago, without those that were not there yet. */
  visible(): readonly { readonly sequence: string; readonly finding: StoredFinding }[] {
    const asOf = this.lagMs === 0 ? Number.POSITIVE_INFINITY : this.#facts.now().getTime() - this.lagMs;
    return [...this.#records.values()].flatMap(({ sequence, history }) => {
      const finding = history.findLast(({ at }) => at <= asOf)?.finding;
      return finding === undefined ? [] : [{ sequence, finding }];
    });
  }

  /**
   * Imports a valid finding. It replaces what the provider owns and leaves what the customer owns.
   * A finding whose UpdatedAt is not later than the stored one is ignored in silence.
   */
  import(sent: AwsSecurityFinding): void {
    const key = keyOf(sent);
    const stored = this.#current.get(key);
    const hasCustomerSeverity = this.#records.get(key)?.hasCustomerSeverity ?? false;
    if (stored === undefined) {
      const isNew = { ...sent, Workflow: { Status: sent.Workflow?.Status ?? ('NEW' as const) } };
      this.#store(key, this.#complete(isNew), hasCustomerSeverity);
      return;
    }
    if (timeOf(sent.UpdatedAt) <= timeOf(stored.UpdatedAt)) return;
    this.#noteViolations(stored, sent);
    const merged = {
      ...sent,
      ...frozenFields(stored, sent),
      ...customerFields(stored),
      Workflow: workflowAfter(stored, sent),
    };
    const complete = this.#complete(merged);
    const Severity = hasCustomerSeverity ? stored.Severity : complete.Severity;
    this.#store(key, { ...complete, Severity }, hasCustomerSeverity);
  }

  /** What a customer does by BatchUpdateFindings; the id is the finding's Id, or `ProductArn|Id` for a foreign product. */
  update(id: string, change: CustomerUpdate): void {
    const key = this.#current.has(id) ? id : `${this.productArn}|${id}`;
    const stored = this.#current.get(key);
    if (stored === undefined) throw new Error(`no finding ${id}`);
    const { workflow, note, userDefinedFields, verificationState, severityLabel } = change;
    const updated: StoredFinding = {
      ...stored,
      ...(workflow && { Workflow: { Status: workflow } }),
      ...(note && { Note: { Text: note, UpdatedBy: 'analyst', UpdatedAt: this.#facts.now().toISOString() } }),
      ...(userDefinedFields && { UserDefinedFields: { ...userDefinedFields } }),
      ...(verificationState && { VerificationState: verificationState }),
      ...(severityLabel && { Severity: { Label: severityLabel, Normalized: NORMALIZED[severityLabel] } }),
    };
    const wasCustomers = this.#records.get(key)?.hasCustomerSeverity ?? false;
    this.#store(key, updated, severityLabel !== undefined || wasCustomers);
  }

  /** Puts a finding in as it is, unchecked: one of another product, account, Region or generator. */
  insert(finding: AwsSecurityFinding): void {
    this.#store(keyOf(finding), { Workflow: { Status: 'NEW' }, RecordState: 'ACTIVE', ...finding }, false);
  }

  /** Drops findings past retention: 90 days after the last update if active, 30 if archived. */
  expire(now: Date = this.#facts.now()): void {
    for (const [key, { history }] of this.#records) {
      const last = history.at(-1);
      const days = RETENTION_DAYS[last?.finding.RecordState ?? 'ACTIVE'];
      if (last !== undefined && now.getTime() - last.at > days * DAY) {
        this.#records.delete(key);
        this.#current.delete(key);
      }
    }
  }

  #store(key: string, finding: StoredFinding, hasCustomerSeverity: boolean): void {
    const { sequence = this.#nextSequence(), history = [] } = this.#records.get(key) ?? {};
    const snapshot = { at: this.#facts.now().getTime(), finding };
    this.#current.set(key, finding);
    this.#records.set(key, { sequence, history: [...history, snapshot], hasCustomerSeverity });
  }

  #nextSequence(): string {
    this.#arrived += 1;
    return String(this.#arrived).padStart(9, '0');
  }
  #arrived = 0;

  /** Adds what Security Hub itself adds. Top-level Severity and Types follow FindingProviderFields, and the other way round. */
  #complete(finding: AwsSecurityFinding): StoredFinding {
    const provided = finding.FindingProviderFields;
    const severity = withNormalized(provided?.Severity ?? finding.Severity ?? {});
    const Types = provided?.Types ?? finding.Types ?? [];
    const { ProductName = 'Default', CompanyName = 'Personal' } = finding;
    return {
      ...finding,
      ProductName,
      CompanyName,
      Region: this.#facts.region,
      AwsAccountName: 'sandbox',
      ProcessedAt: this.#facts.now().toISOString(),
      RecordState: finding.RecordState ?? 'ACTIVE',
      WorkflowState: 'NEW',
      Severity: severity,
      Types,
      FindingProviderFields: { ...provided, Severity: provided?.Severity ?? severity, Types },
      ProductFields: {
        ...finding.ProductFields,
        'aws/securityhub/FindingId': `${finding.ProductArn}/${finding.Id}`,
        'aws/securityhub/ProductName': ProductName,
        'aws/securityhub/CompanyName': CompanyName,
      },
    };
  }

  #noteViolations(stored: StoredFinding, sent: AwsSecurityFinding): void {
    for (const field of ['CreatedAt', 'FirstObservedAt'] as const) {
      if (stored[field] !== undefined && sent[field] !== stored[field]) {
        this.violations.push(`${field} of ${sent.Id} changed from ${stored[field]} to ${sent[field]}`);
      }
    }
  }
}

function keyOf({ ProductArn, Id }: AwsSecurityFinding): string {
  return `${ProductArn}|${Id}`;
}

/** Security Hub compares and keeps times to the millisecond. */
function timeOf(timestamp: string | undefined): number {
  return Date.parse(timestamp ?? '');
}

/** CreatedAt and FirstObservedAt never change. */
function frozenFields(stored: StoredFinding, sent: AwsSecurityFinding) {
  const FirstObservedAt = stored.FirstObservedAt ?? sent.FirstObservedAt;
  return { CreatedAt: stored.CreatedAt, ...(FirstObservedAt !== undefined && { FirstObservedAt }) };
}

/** "After a finding is created, BatchImportFindings cannot be used to update" these; nor to remove them. */
function customerFields(stored: StoredFinding) {
  const { Note, UserDefinedFields, VerificationState } = stored;
  return { Note, UserDefinedFields, VerificationState };
}

/** The workflow returns from NOTIFIED or RESOLVED to NEW when a finding is active again or no longer passes. SUPPRESSED stays. */
function workflowAfter(stored: StoredFinding, sent: AwsSecurityFinding) {
  const status = stored.Workflow?.Status ?? 'NEW';
  const isActiveAgain = stored.RecordState === 'ARCHIVED' && (sent.RecordState ?? 'ACTIVE') === 'ACTIVE';
  const passedBefore = stored.Compliance?.Status === 'PASSED';
  const failsAgain = passedBefore && sent.Compliance?.Status !== undefined && sent.Compliance.Status !== 'PASSED';
  const isReset = (status === 'NOTIFIED' || status === 'RESOLVED') && (isActiveAgain || failsAgain);
  return { Status: isReset ? ('NEW' as const) : status };
}

/** "If only one of these attributes is populated, then Security Hub automatically populates the other one." */
function withNormalized(severity: Severity): Severity {
  const { Label, Normalized = 0 } = severity;
  if (Label !== undefined) return { Normalized: NORMALIZED[Label], ...severity };
  const label = (['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const).find(
    (candidate) => Normalized >= NORMALIZED[candidate],
  );
  return { ...severity, Label: label ?? 'INFORMATIONAL', Normalized };
}
