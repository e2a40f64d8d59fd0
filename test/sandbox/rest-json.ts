import { type Answer, AwsError, isObject, type Protocol } from './service.ts';

/**
 * AWS's REST JSON protocol, which Security Hub speaks: method and path name the operation, bodies are JSON, and an
 * error's name travels in the header `x-amzn-errortype`.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function restJson(routes: Readonly<Record<string, string>>): Protocol {
  return {
    parse({ method, path, body }) {
      const route = `${method} ${path}`;
      const operation = Object.hasOwn(routes, route) ? routes[route] : undefined;
      if (operation === undefined) {
        const known = Object.keys(routes).join(', ');
        throw new AwsError(404, 'UnknownOperationException', `the sandbox does not know ${route}; it knows ${known}`);
      }
      return { operation, input: parseObject(body) };
    },
    success: (_operation, output) => json(200, output),
    failure: ({ status, code, message }) => json(status, { Message: message, Code: code }, code),
  };
}

function json(status: number, body: object, errorType?: string): Answer {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': crypto.randomUUID() };
  return {
    status,
    headers: errorType === undefined ? headers : { ...headers, 'x-amzn-errortype': errorType },
    body: JSON.stringify(body),
  };
}

function parseObject(body: string) {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new AwsError(400, 'SerializationException', 'the body is not a JSON object');
}
