import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{bench,harness,systems,checkers,nemesis,workloads,plans}/**/*.test.{ts,tsx}'],
    exclude: ['**/dist/**', '**/node_modules/**'],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['default', './closing-line.reporter.ts'],
  },
});
