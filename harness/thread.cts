/**
 * Where each thread of a pool begins: it imports the module that it is given, and hands over its default.
 * Piscina loads this file with `require`. Were it an ES module, Node 20 would abort the whole process when
 * the thread is ended in that moment (`IsGraphAsync`, in `ModuleWrap::InstantiateSync`): once in 200 pools.
 */
const { workerData } = require('node:worker_threads') as typeof import('node:worker_threads');

module.exports = (import(workerData as string) as Promise<{ default: unknown }>).then(
  (loaded) => loaded.default,
);
