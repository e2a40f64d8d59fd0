import { type Answer, AwsError, type Protocol } from './service.ts';

/**
 * AWS's Query protocol, which IAM, SNS and STS speak: a form with `Action` and `Version` goes in, XML comes out.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryProtocol(version: string, namespace: string): Protocol {
  return {
    parse({ method, path, body }) {
      if (method !== 'POST' || path !== '/')
        throw new AwsError(404, 'InvalidAction', `no such address: ${method} ${path}`);
      const { Action, Version, ...input } = Object.fromEntries(new URLSearchParams(body));
      if (Action === undefined) throw new AwsError(400, 'MissingAction', 'Missing Action');
      if (Version !== version) {
        throw new AwsError(400, 'InvalidAction', `Could not find operation ${Action} for version ${Version}`);
      }
      return { operation: Action, input };
    },
    success: (operation, output) => {
      const result = Object.keys(output).length > 0 ? element(`${operation}Result`, output) : '';
      const metadata = element('ResponseMetadata', { RequestId: crypto.randomUUID() });
      return xml(200, `<${operation}Response xmlns="${namespace}">${result}${metadata}</${operation}Response>`);
    },
    failure: ({ status, code, message }) => {
      const error = element('Error', { Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message });
      const id = element('RequestId', crypto.randomUUID());
      return xml(status, `<ErrorResponse xmlns="${namespace}">${error}${id}</ErrorResponse>`);
    },
  };
}

/** A time as IAM sends it: ISO 8601 in UTC, whole seconds. */
export function toSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

/** Renders a value: members of a list as `<member>`, undefined as nothing, everything else as escaped text. */
function element(name: string, value: unknown): string {
  if (value === undefined) return '';
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => element('member', item)).join('');
  if (value instanceof Date) return toSeconds(value);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => element(name, inner))
      .join('');
  }
  return escapeXml(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

/** Escapes text for XML 1.0, which cannot hold most control characters at all: those become U+FFFD. */
function escapeXml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters XML 1.0 forbids
      .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
      .replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character)
  );
}
