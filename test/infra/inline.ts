import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { handler } from '../../lambda/handler.ts';

/** Loads code from a template as Lambda does: as `index.js`, a CommonJS module beside the SDK. */
export function loadInline(code: string): { readonly handler: typeof handler } {
  const module = { exports: {} };
  compileFunction(code, ['exports', 'require', 'module'], { filename: 'index.js' })(
    module.exports,
    createRequire(import.meta.url),
    module,
  );
  if (!hasHandler(module.exports)) throw new Error('the inline code exports no handler');
  return module.exports;
}

function hasHandler(exports: object): exports is { handler: typeof handler } {
  return 'handler' in exports && typeof exports.handler === 'function';
}
