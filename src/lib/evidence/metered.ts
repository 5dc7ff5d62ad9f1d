/** What browsers tell of a connection, where they do (https://wicg.github.io/netinfo/). */
interface Connection extends EventTarget {
  readonly saveData?: boolean;
  readonly type?: string;
}

/** Null where the browser does not tell. */
export function connectionOf(navigator: Navigator): Connection | null {
  return 'connection' in navigator && navigator.connection instanceof EventTarget ? navigator.connection : null;
}

/** Whether nothing should be fetched that nobody asked for: each megabyte is paid for, or the person wants to save data. */
export function isMetered(connection: Connection | null): boolean {
  return connection !== null && (connection.saveData === true || connection.type === 'cellular');
}
