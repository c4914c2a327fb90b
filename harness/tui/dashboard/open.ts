/** Shows a dashboard as soon as its means are loaded, which happens beside the start of the nodes. */
import { loadFullScreen } from '../load-full-screen.ts';
import type { FullScreen } from '../full-screen.tsx';
import { Dashboard, type DashboardOptions } from './dashboard.ts';

export interface OpenDashboard {
  readonly dashboard: Dashboard;
  /** Gives the terminal back. */
  close(): Promise<void>;
}

/** `onBroken`: the dashboard can't go on, and has given the terminal back; the run goes on without it. */
export function openDashboard(options: DashboardOptions, onBroken: (error: unknown) => void): OpenDashboard {
  const dashboard = new Dashboard(options);
  let screen: FullScreen | undefined;
  let isClosed = false;
  const close = (): void => {
    isClosed = true;
    dashboard.close();
    screen?.close();
  };
  const broken = (error: unknown): void => {
    if (isClosed) return;
    close();
    onBroken(error);
  };
  const opening = loadFullScreen().then(({ openFullScreen }) => {
    if (!isClosed) screen = openFullScreen(dashboard, broken);
  }, broken);
  return {
    dashboard,
    async close() {
      close();
      await opening;
    },
  };
}
