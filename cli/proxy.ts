import { readFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { Agent, type AgentOptions, request as tlsRequest } from 'node:https';
import { Duplex } from 'node:stream';
import { connect, rootCertificates } from 'node:tls';

/** The proxy that refused to open a way to AWS. */
export class ProxyRefused extends Error {
  override readonly name = 'ProxyRefused';
}

type Callback = (error: Error | null, socket: Duplex) => void;
type ConnectionOptions = Parameters<Agent['createConnection']>[0];

/** How long a proxy may take to answer. */
const TIMEOUT_MS = 5_000;

/** The proxy for https that the environment names, as AWS CLI and curl read it. */
export function proxyIn(env: NodeJS.ProcessEnv): string | undefined {
  return env.https_proxy || env.HTTPS_PROXY || undefined;
}

/**
 * An agent that goes through the proxy of the environment and trusts the authorities of AWS_CA_BUNDLE: the AWS SDK for
 * JavaScript does neither by itself.
 * @throws Error when the proxy is no URL of http or https, or the bundle cannot be read
 */
export function agentFor(env: NodeJS.ProcessEnv): Agent {
  const bundle = env.AWS_CA_BUNDLE;
  const options: AgentOptions = {
    ...{ keepAlive: true, maxSockets: 50 },
    ...(bundle && { ca: [...rootCertificates, readFileSync(bundle, 'utf8')] }),
  };
  const proxy = proxyIn(env);
  return proxy ? new TunnelAgent(asUrl(proxy), env.no_proxy || env.NO_PROXY || '', options) : new Agent(options);
}

/** Whether a host is to be reached directly: `*`, a name, or a domain whose members count too. */
export function isDirect(host: string, noProxy: string): boolean {
  const names = noProxy.split(',').map((name) => name.trim().replace(/^\*?\./, ''));
  return names.some((name) => name === '*' || (name !== '' && (host === name || host.endsWith(`.${name}`))));
}

/** Opens each connection as a tunnel through a proxy (CONNECT). */
class TunnelAgent extends Agent {
  readonly #proxy: URL;
  readonly #noProxy: string;
  readonly #trust: Pick<AgentOptions, 'ca'>;
  constructor(proxy: URL, noProxy: string, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
    this.#noProxy = noProxy;
    this.#trust = { ca: options.ca };
  }

  override createConnection(options: ConnectionOptions, callback?: Callback): Duplex | null | undefined {
    const host = options.host ?? '';
    if (!callback || isDirect(host, this.#noProxy)) return super.createConnection(options, callback);
    const { protocol, hostname, port, username, password } = this.#proxy;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    const target = `${host}:${options.port ?? 443}`;
    const tunnel = (protocol === 'https:' ? tlsRequest : plainRequest)({
      ...{ hostname, method: 'CONNECT', path: target, agent: false, timeout: TIMEOUT_MS },
      port: port || (protocol === 'https:' ? 443 : 80),
      headers: {
        host: target,
        ...(username && { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }),
      },
    });
    const fail = (error: Error) => callback(error, new Duplex());
    tunnel.once('error', fail);
    tunnel.once('timeout', () => tunnel.destroy(new ProxyRefused('it does not answer')));
    tunnel.once('connect', ({ statusCode, statusMessage }, socket) => {
      if (statusCode === 200) callback(null, connect({ socket, servername: host, ...this.#trust }));
      else {
        socket.destroy();
        fail(new ProxyRefused(`it answered ${statusCode} ${statusMessage}`));
      }
    });
    tunnel.end();
    return undefined;
  }
}

function asUrl(proxy: string): URL {
  const [, scheme = 'http'] = /^([a-z][\w+.-]*):\/\//i.exec(proxy) ?? [];
  if (!/^https?$/i.test(scheme)) {
    throw new Error(`HTTPS_PROXY names a ${scheme} proxy, but only http and https proxies can be gone through`);
  }
  return new URL(/^https?:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
}
