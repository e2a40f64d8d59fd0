/** An AWS service this account answers for, by the name SigV4's credential scope gives it. */
export type ServiceName = 'iam' | 'securityhub' | 'sns' | 'sts';

/** What a caller sent: strings under dotted names for the Query protocol, parsed JSON for Security Hub. */
export type Input = Readonly<Record<string, unknown>>;

/** One call as the services see it. */
export interface Request {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Input;
}

/** One line of the journal: a call, what became of it and how long it took. */
export interface Call extends Request {
  /** The HTTP status answered; 0 while there is no answer, and for good if the connection was cut instead. */
  readonly status: number;
  /** The error code answered, or the kind of fault that cut the connection or broke the body. */
  readonly errorCode?: string;
  /** Real time, whatever the account's own clock says, so that pacing and concurrency can be measured. */
  readonly startedAt: Date;
  readonly ms: number;
}

/** The facts all services of the account share. */
export interface AccountFacts {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** The most items one page of any listing holds. */
  readonly pageSize: number;
  readonly now: () => Date;
}

/** One operation of a service: whom it must be allowed on, and what it answers. */
export interface Operation {
  /** The ARNs the caller needs permission on; empty for an action that has no resource type and is allowed on `*` only. */
  readonly resources: (input: Input) => readonly string[];
  readonly answer: (input: Input) => Record<string, unknown>;
}

export type Operations = Readonly<Record<string, Operation>>;

/** An HTTP answer, whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a service reads requests and writes answers and errors. */
export interface Protocol {
  readonly parse: (http: { method: string; path: string; body: string }) => { operation: string; input: Input };
  readonly success: (operation: string, output: Record<string, unknown>) => Answer;
  readonly failure: (error: AwsError) => Answer;
}

/** An error as a service sends it: its code is what the SDK calls `error.name`. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = code;
    this.status = status;
    this.code = code;
  }
}

/** A string parameter, or undefined if it was not sent. */
export function parameter(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether a parsed JSON value is an object (and neither an array nor null). */
export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
