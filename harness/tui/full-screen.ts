/**
 * A view that has the whole terminal until it is closed. It is drawn at once; its keys come when Ink and
 * React are imported, which takes half a second and is done where a view is shown and nowhere else.
 */
import { Screen, type View } from './screen.ts';

export interface FullScreen {
  /** Gives the terminal back; may be called twice. */
  close(): void;
}

/** `onBroken` hears of what keeps the view from being shown. */
export function openFullScreen(view: View, onBroken: (error: unknown) => void): FullScreen {
  const screen = new Screen(view, onBroken);
  let isOpen = true;
  let end = view.subscribe(() => screen.draw());
  screen.open();
  loadInk().then(({ liveScreen }) => {
    if (!isOpen) return;
    end();
    end = liveScreen(screen);
  }, onBroken);
  return {
    close() {
      if (!isOpen) return;
      isOpen = false;
      end();
      screen.close();
    },
  };
}

/** React decides at its import, by `NODE_ENV`, whether it checks everything twice for whoever develops with it. */
async function loadInk(): Promise<typeof import('./live-screen.tsx')> {
  const { NODE_ENV } = process.env;
  process.env['NODE_ENV'] = NODE_ENV ?? 'production';
  try {
    return await import('./live-screen.tsx');
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV'];
  }
}
