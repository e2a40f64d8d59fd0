import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './service.ts';

/** The whole body of a request, as UTF-8. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** What a request is signed for: `Credential=<key>/<date>/<region>/<service>/aws4_request`. The signature itself is not checked. */
export function signedScope(request: IncomingMessage): { readonly region: string; readonly service: string } {
  const scope = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '');
  const [, region = '', service = ''] = scope ?? [];
  return { region, service };
}

/** Sends an answer. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(bytes);
}

/** Promises the whole answer, sends half of it and cuts the connection. */
export function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length >>> 1), () => response.destroy());
}
