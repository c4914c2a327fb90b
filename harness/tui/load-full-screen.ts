/**
 * Ink and React, imported where a view is drawn and nowhere else: that takes half a second. React decides at
 * its import, by `NODE_ENV`, whether it checks everything twice for whoever develops with it.
 */
export async function loadFullScreen(): Promise<typeof import('./full-screen.tsx')> {
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = NODE_ENV ?? 'production';
  try {
    return await import('./full-screen.tsx');
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
  }
}
