/** The import arrows of the design: who may know whom. Types count as well as values. */
const HISTORY = '^harness/history/(op|by-process)\\.ts$';
const tests = '\\.test\\.tsx?$';
/** What tests of systems are made with; as tests are, it is made with the simulated host. */
const testingSystems = ['^systems/testing/', '^systems/[^/]+/testing/'];

/** `folder` may import itself, the listed places, and packages; nothing else of this repository. */
const only = (folder, ...allowed) => ({
  name: `arrows-of-${folder}`,
  severity: 'error',
  from: { path: `^${folder}/`, pathNot: [tests, ...testingSystems] },
  to: {
    path: '^(harness|systems|checkers|nemesis|workloads|bench|plans|results)/',
    pathNot: [`^${folder}/`, ...allowed],
  },
});

module.exports = {
  forbidden: [
    only('systems', HISTORY),
    {
      ...only('systems', HISTORY, '^harness/hosts/sim/', '^nemesis/host\\.ts$'),
      name: 'arrows-of-testing-systems',
      from: { path: testingSystems, pathNot: tests },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^systems/', pathNot: [tests, ...testingSystems] },
      to: { path: testingSystems },
    },
    only('checkers', HISTORY),
    only('nemesis', HISTORY, '^systems/contract\\.ts$'),
    only('workloads', HISTORY, '^checkers/', '^systems/contract\\.ts$'),
    {
      name: 'nodes-touch-only-their-env',
      severity: 'error',
      comment: 'node code imports nothing of node:*, nor any package',
      from: { path: '^systems/', pathNot: [tests, ...testingSystems] },
      to: { dependencyTypes: ['core', 'npm'] },
    },
    {
      name: 'porcupine-stands-alone',
      severity: 'error',
      from: { path: '^checkers/porcupine/', pathNot: [tests, '/testing/'] },
      to: { pathNot: '^checkers/porcupine/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing-imports-results', severity: 'error', from: {}, to: { path: '^results/' } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
