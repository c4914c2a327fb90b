/**
 * Where the built JavaScript of a module beside this one is. Child processes and worker threads are
 * always started from it, also when this code itself runs from its TypeScript source under a test.
 */
export function builtModule(name: string): URL {
  return import.meta.url.endsWith('.js')
    ? new URL(`./${name}.js`, import.meta.url)
    : new URL(`../../../dist/harness/hosts/process/${name}.js`, import.meta.url);
}
