import type { IncomingMessage } from 'node:http';
import { signedScope } from '../../sandbox/http.ts';
import { type Answer, type AwsError, type Input, isObject } from '../../sandbox/service.ts';

interface Request {
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
}

/** Query with XML, JSON 1.0, or REST with JSON: as the SDK's clients of 2026 send it. */
export function parse(http: IncomingMessage, body: string): Request {
  const { service } = signedScope(http);
  if (service === 'securityhub' || service === 'chatbot') {
    const operation = REST[`${http.method} ${http.url}`] ?? `${http.method} ${http.url}`;
    return { service, operation, input: body === '' ? {} : object(JSON.parse(body)) };
  }
  const target = http.headers['x-amz-target'];
  if (typeof target === 'string')
    return { service, operation: target.split('.')[1] ?? '', input: object(JSON.parse(body)) };
  const { Action = '', ...input } = Object.fromEntries(new URLSearchParams(body));
  return { service, operation: Action, input };
}

const REST: Readonly<Record<string, string>> = {
  'GET /accounts': 'DescribeHub',
  'POST /findings': 'GetFindings',
  'POST /describe-slack-workspaces': 'DescribeSlackWorkspaces',
};

function object(value: unknown): Input {
  return isObject(value) ? value : {};
}

/** How each service writes answers and errors. */
export function protocolOf(service: string) {
  return ['sts', 'cloudformation', 'iam', 'sns'].includes(service) ? QUERY : JSON_ANSWER;
}

const JSON_ANSWER = {
  success: (_operation: string, output: object) => json(200, output),
  failure: ({ status, code, message }: AwsError) =>
    json(status, { __type: code, message }, { 'x-amzn-errortype': code, ...OLD_CODES[code] }),
};

/** SQS used to speak another protocol, and still sends the names of that time along. */
const OLD_CODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  QueueDoesNotExist: { 'x-amzn-query-error': 'AWS.SimpleQueueService.NonExistentQueue;Sender' },
};

const QUERY = {
  success: (operation: string, output: object) =>
    xml(200, element(`${operation}Response`, { [`${operation}Result`]: output, ResponseMetadata: { RequestId: '1' } })),
  failure: ({ status, code, message }: AwsError) =>
    xml(status, element('ErrorResponse', { Error: { Type: 'Sender', Code: code, Message: message }, RequestId: '1' })),
};

function json(status: number, body: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

/** A list as `<member>`s, a map as `<entry>`s, undefined as nothing. */
function element(name: string, value: unknown): string {
  if (value === undefined) return '';
  if (value instanceof Date) return element(name, value.toISOString());
  if (value instanceof Map)
    return `<${name}>${[...value].map(([key, inner]) => element('entry', { key, value: inner })).join('')}</${name}>`;
  if (Array.isArray(value)) return `<${name}>${value.map((item) => element('member', item)).join('')}</${name}>`;
  if (isObject(value))
    return `<${name}>${Object.entries(value)
      .map(([key, inner]) => element(key, inner))
      .join('')}</${name}>`;
  return `<${name}>${String(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</${name}>`;
}
