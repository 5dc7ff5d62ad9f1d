import { AsyncLocalStorage } from 'node:async_hooks';

/** How far off a clock is, and may come to be. */
export interface DeviceClock {
  errorMs: number;
}

const clocks = new AsyncLocalStorage<DeviceClock>();
const realNow = Date.now.bind(Date);

/** Runs what a device does by its own clock, RxDB's stamps among it; the server, in the same process, keeps the right time. */
export function byClock<Result>(clock: DeviceClock, work: () => Result): Result {
  return clocks.run(clock, work);
}

/** From here on `Date.now` is a device's where a device asks. @returns what puts it back */
export function startDeviceClocks(): () => void {
  Date.now = () => realNow() + (clocks.getStore()?.errorMs ?? 0);
  return () => {
    Date.now = realNow;
  };
}
