import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect as connectTo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { isDirect } from '../../../cli/proxy.ts';
import { scan } from '../../../cli/scan/command.ts';
import { connect } from '../../../cli/scan/iam-connection.ts';
import { NOW } from '../../builders.ts';
import { selfSigned } from './certificate.ts';
import { account, screen } from './world.ts';

const { key, cert } = selfSigned();
const folder = mkdtempSync(join(tmpdir(), 'scan-proxy-'));
const bundle = join(folder, 'bundle.pem');
const tunnels: string[] = [];
let allows = true;
const proxy = createServer();

beforeAll(async () => {
  writeFileSync(bundle, cert);
  proxy.on('connect', ({ url = '', headers }, client) => {
    tunnels.push(`${url} ${headers['proxy-authorization'] ?? ''}`);
    if (!allows) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const target = connectTo(Number(url.split(':')[1]), '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    target.pipe(client).pipe(target);
    for (const socket of [target, client]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  proxy.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
  tunnels.length = 0;
  allows = true;
});

/** The command against an account that is reached by TLS only, under a certificate nobody knows. */
async function command(env: Readonly<Record<string, string>>) {
  const sandbox = await account();
  const { port } = new URL(sandbox.endpoint);
  const server = createTlsServer({ key, cert }, (socket) => {
    const target = connectTo(Number(port), '127.0.0.1');
    target.pipe(socket).pipe(target);
    for (const each of [target, socket]) each.on('error', () => each.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `https://localhost:${portOf(server)}`;
  for (const name of Object.keys(process.env).filter((each) => /_proxy$/i.test(each))) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries({ ...sandbox.env, AWS_ENDPOINT_URL: endpoint, ...env }))
    vi.stubEnv(name, value);
  const [stdout, stderr] = [screen(), screen()];
  const code = await scan([], { env: process.env, stdout, stderr, now: () => NOW, connect });
  server.close();
  return { code, stderr: stderr.text, endpoint };
}

function portOf(server: Pick<Server, 'address'>): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const through = (credentials = '') => `http://${credentials}127.0.0.1:${portOf(proxy)}`;

test('a certificate nobody knows is refused, and the sentence says what to set', async () => {
  const { code, stderr } = await command({});
  expect(code).toBe(2);
  expect(stderr).toMatch(/^scan: the TLS certificate .* is not trusted \(\w*SELF_SIGNED\w*\).*AWS_CA_BUNDLE.*\n$/);
});

test('AWS_CA_BUNDLE makes it known', async () => {
  expect(await command({ AWS_CA_BUNDLE: bundle })).toMatchObject({ code: 0, stderr: '' });
  expect(tunnels).toEqual([]);
});

test('HTTPS_PROXY is gone through, with its credentials, to the certificate of AWS itself', async () => {
  const { code, stderr, endpoint } = await command({ AWS_CA_BUNDLE: bundle, HTTPS_PROXY: through('me:p%40ss@') });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { host } = new URL(endpoint);
  expect(new Set(tunnels)).toEqual(new Set([`${host} Basic ${Buffer.from('me:p@ss').toString('base64')}`]));
});

test('a proxy that answers for AWS itself is not trusted', async () => {
  expect(await command({ HTTPS_PROXY: through() })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not trusted'),
  });
  expect(tunnels).toHaveLength(1);
});

test('NO_PROXY is obeyed', async () => {
  const env = { AWS_CA_BUNDLE: bundle, HTTPS_PROXY: through(), NO_PROXY: 'localhost' };
  expect(await command(env)).toMatchObject({ code: 0 });
  expect(tunnels).toEqual([]);
});

test('a proxy that refuses is named as the reason, without its password', async () => {
  allows = false;
  const { code, stderr } = await command({ HTTPS_PROXY: through('me:secret@') });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      'scan: the proxy that HTTPS_PROXY names opens no way to AWS: it answered 407 Proxy Authentication Required\n',
  });
});

describe('NO_PROXY', () => {
  test.each([
    ['iam.amazonaws.com', 'iam.amazonaws.com', true],
    ['iam.amazonaws.com', 'example.com, .amazonaws.com', true],
    ['iam.amazonaws.com', '*.amazonaws.com', true],
    ['iam.amazonaws.com', '*', true],
    ['iam.amazonaws.com', 'aws.com', false],
    ['iam.amazonaws.com', '', false],
  ])('%s is direct under %j: %s', (host, noProxy, direct) => {
    expect(isDirect(host, noProxy)).toBe(direct);
  });
});
