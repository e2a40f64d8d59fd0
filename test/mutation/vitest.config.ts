import { defineConfig } from 'vitest/config';

/** The tests that mutants of the pure code and the adapters are tried against: each part by itself. */
export default defineConfig({
  test: {
    include: ['test/{check,advice,findings,alerts}/**/*.test.ts'],
    testTimeout: 30_000,
    reporters: ['dot'],
  },
});
