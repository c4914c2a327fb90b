/** Shows a dashboard on the terminal of this process. */
import { openFullScreen, type FullScreen } from '../full-screen.ts';
import { Dashboard, type DashboardOptions } from './dashboard.ts';

export interface OpenDashboard {
  readonly dashboard: Dashboard;
  /** Gives the terminal back. */
  close(): void;
}

/** `onBroken`: the dashboard can't go on, and has given the terminal back; the run goes on without it. */
export function openDashboard(options: DashboardOptions, onBroken: (error: unknown) => void): OpenDashboard {
  const dashboard = new Dashboard(options);
  let isClosed = false;
  let screen: FullScreen | undefined;
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    dashboard.close();
    screen?.close();
  };
  screen = openFullScreen(dashboard, (error) => {
    if (isClosed) return;
    close();
    onBroken(error);
  });
  // The very first frame may have been the one that failed.
  if (isClosed) screen.close();
  return { dashboard, close };
}
