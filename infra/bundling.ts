import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundlingOptions, LogLevel, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { type BuildOptions, buildSync } from 'esbuild';

/** The file whose `handler` Lambda calls. */
export const ENTRY = fileURLToPath(new URL('../lambda/handler.ts', import.meta.url));

/** What every bundle has in common. These main fields make the SDK a third smaller than esbuild's own choice does. */
const COMMON = {
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
} as const;

/**
 * Ways to get credentials that a function does not need: Lambda hands them over in the environment. They are loaded only if
 * that fails, and without them a third less time passes until the handler is ready.
 */
const UNUSED_PROVIDERS = [
  ...['http', 'ini', 'process', 'sso', 'web-identity'].map((name) => `@aws-sdk/credential-provider-${name}`),
  '@smithy/credential-provider-imds',
];

/** Gives an ES module the `require` that CommonJS packages inside it call for Node's own modules. */
const BANNER = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** How the deployed function is bundled: one ES module with the SDK inside, for `NodejsFunction`. */
export const BUNDLING: BundlingOptions = {
  ...COMMON,
  mainFields: [...COMMON.mainFields],
  format: OutputFormat.ESM,
  banner: BANNER,
  bundleAwsSDK: true,
  externalModules: UNUSED_PROVIDERS,
  logLevel: LogLevel.WARNING,
  esbuildArgs: { '--legal-comments': 'none' },
};

/** Bundles the function into `outfile` (an .mjs) exactly as it is deployed, without the CDK. */
export function bundleFunction(outfile: string): void {
  const options = forNode({ format: 'esm', banner: { js: BANNER }, external: UNUSED_PROVIDERS });
  buildSync({ ...options, entryPoints: [ENTRY], outfile });
}

/** An entry point that only assigns `handler`: half a kilobyte less than what esbuild adds to a module with exports. */
const INLINE_ENTRY = {
  contents: `import { handler } from ${JSON.stringify(ENTRY)}; exports.handler = handler;`,
  resolveDir: dirname(ENTRY),
};

/**
 * The function as one CommonJS text to put inside a template, where Lambda runs it as `index.js`. The SDK is left out:
 * the runtime brings its own.
 */
export function bundleInline(): string {
  const options = forNode({ format: 'cjs', external: ['@aws-sdk/*', '@smithy/*'] });
  const { outputFiles } = buildSync({ ...options, stdin: INLINE_ENTRY, banner: { js: '"use strict";' }, write: false });
  return outputFiles.map(({ text }) => text).join('');
}

function forNode(options: BuildOptions) {
  return {
    ...COMMON,
    mainFields: [...COMMON.mainFields],
    bundle: true,
    platform: 'node',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  } satisfies BuildOptions;
}
