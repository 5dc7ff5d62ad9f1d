import * as v from 'valibot';
import { addDays, isoDate, type IsoDate } from '#domain/calendar/dates.ts';

/** The ways to show homework. A photo and a voice are there only with consent. */
export const ways = ['photo', 'audio', 'written', 'show_in_class'] as const;
export type Way = (typeof ways)[number];

/** How far logging has come, as the page's address holds it: each step is a link, a reload loses nothing, Back goes back. */
export interface LogAddress {
  readonly club: string | null;
  readonly task: string | null;
  /** The attempt that is answered by another go. */
  readonly again: string | null;
  readonly way: Way | null;
  /** The day it was done; null for today. */
  readonly day: IsoDate | null;
  /** What has just been logged. */
  readonly done: string | null;
}

const nowhere: LogAddress = { club: null, task: null, again: null, way: null, day: null, done: null };

/** Homework may be logged up to this many days after it was done. */
export const daysBack = 7;

/** Reads an address; what cannot be right is left out, so that a day out of reach is today. */
export function readLogAddress(parameters: URLSearchParams, today: IsoDate): LogAddress {
  const day = parameters.get('day');
  const isReachable = v.is(isoDate, day) && day < today && day >= addDays(today, -daysBack);
  return {
    club: parameters.get('club'),
    task: parameters.get('task'),
    again: parameters.get('again'),
    way: ways.find((way) => way === parameters.get('way')) ?? null,
    day: isReachable ? day : null,
    done: parameters.get('done'),
  };
}

/** @param path the page of the steps */
export function logAddress(path: string, parts: Partial<LogAddress>): string {
  const given = Object.entries({ ...nowhere, ...parts }).filter((entry): entry is [string, string] => entry[1] !== null);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
