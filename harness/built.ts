/**
 * Where the built JavaScript of a module is. Child processes and worker threads are always started from
 * it, also when the code that starts them runs from its TypeScript source under a test.
 */
const root = new URL('../', import.meta.url);

/** `name` is a module in the folder of `beside`, the `import.meta.url` of whoever asks. */
export function builtModule(beside: string, name: string, extension = '.js'): URL {
  if (beside.endsWith('.js')) return new URL(`./${name}${extension}`, beside);
  const place = beside.slice(root.href.length);
  return new URL(`./${name}${extension}`, new URL(`dist/${place}`, root));
}
