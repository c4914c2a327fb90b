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
  // Not there yet when the very first frame fails.
  const shown: { screen?: FullScreen } = {};
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    dashboard.close();
    shown.screen?.close();
  };
  shown.screen = openFullScreen(dashboard, (error) => {
    if (isClosed) return;
    close();
    onBroken(error);
  });
  if (isClosed) shown.screen.close();
  return { dashboard, close };
}
