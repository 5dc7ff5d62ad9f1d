import type postgres from 'postgres';

/** The statements of this process's roles, by role and text. */
export const recorded = new Map<string, { readonly role: string; readonly text: string; readonly types: readonly number[] }>();

type Driver = { default: typeof postgres };

/** The driver, told to say what it sends. Statements of the superuser are the tests' own. */
export function recording(driver: Driver): Driver {
  const connect = (url: string, options: postgres.Options<Record<string, postgres.PostgresType>>) => {
    const role = new URL(url).username;
    return driver.default(url, {
      ...options,
      debug: (_connection, text, _parameters, types) => {
        if (role !== 'postgres' && /^\s*(select|insert|update|delete|with)\b/.test(text) && !text.includes('pg_catalog.pg_type'))
          recorded.set(`${role} ${text}`, { role, text, types: [...types] });
      },
    });
  };
  return { ...driver, default: Object.assign(connect, driver.default) as unknown as typeof postgres };
}
