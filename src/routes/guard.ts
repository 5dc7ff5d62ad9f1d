import type { SignedIn } from '$lib/session/session.svelte.ts';

type PersonKind = SignedIn['user']['kind'];

const homes: Record<PersonKind, string> = { student: '/clubs', teacher: '/marking', parent: '/today', admin: '/school', device: '/device' };

/** The screens of each kind of person, by the first folder of their routes. */
const ownGroups: Record<string, PersonKind> = {
  '(child)': 'student',
  '(teacher)': 'teacher',
  '(parent)': 'parent',
  '(school)': 'admin',
  device: 'device',
};

/** Screens that show nothing of anybody who is here: whoever has the address may see them, also while the device is locked. */
const publicScreens = new Set(['components', 'install', 'join', 'stop-mail']);

/** Whether a route is for everybody, signed in or not. */
export function isPublic(routeId: string | null): boolean {
  return publicScreens.has(routeId?.split('/')[1] ?? '');
}

export interface Whereabouts {
  /** The route that was asked for; null where there is none: everybody may see that there is nothing. */
  readonly routeId: string | null;
  /** Path and query that were asked for. */
  readonly asked: string;
  /** Where to go after signing in, as the address of a sign-in page holds it. */
  readonly wanted: string | null;
  /** Who is signed in; null: nobody. */
  readonly kind: PersonKind | null;
  /** The server's session is over while the device still works: signing in again is allowed. */
  readonly isLapsed: boolean;
  /** A child has shown a card to this device: whose turn it is, is asked there. */
  readonly isCardShown: boolean;
  /** Who signed in here last. */
  readonly usual: Usual;
}

/** Who usually signs in here; `device`: it is, or was, a class's tablet. */
type Usual = 'child' | 'adult' | 'device';

/** Where a person has to go instead of what they asked for, or null where they may stay. */
export function redirection({ routeId, asked, wanted, kind, isLapsed, isCardShown, usual }: Whereabouts): string | null {
  if (routeId === null) return null;
  if (isPublic(routeId)) return null;
  const group = routeId.split('/')[1] ?? '';
  const isSignIn = group === 'sign-in';
  // A class's tablet that is one no more says so.
  if (kind === null) return isSignIn || group === 'device' ? null : signInPath(usual, asked);
  // A teacher signs in on a class's tablet by the way that leads there, and nobody by chance.
  if (isSignIn && kind === 'device') return isCardShown || isOwnPath(wanted) ? null : homes.device;
  if (isSignIn && (isLapsed || isCardShown)) return null;
  if (isSignIn) return isOwnPath(wanted) ? wanted : homes[kind];
  if (routeId === '/') return homes[kind];
  const owner = ownGroups[group];
  return owner === undefined || owner === kind ? null : homes[kind];
}

/** Which look a route has: a child's or an adult's. */
export function audienceOf(routeId: string | null, kind: PersonKind | null): 'child' | 'adult' {
  if (routeId === '/sign-in/class' || routeId === '/sign-in/card' || routeId?.startsWith('/device')) return 'child';
  if (routeId === '/sign-in' || routeId === '/join') return 'adult';
  return kind === 'student' ? 'child' : 'adult';
}

function signInPath(usual: Usual, asked: string): string {
  if (usual === 'device') return homes.device;
  const page = usual === 'child' ? '/sign-in/class' : '/sign-in';
  return asked === '/' ? page : `${page}?to=${encodeURIComponent(asked)}`;
}

/** Security: only a path of this very app, never another site. A screen of somebody else's sends the person home afterwards. */
function isOwnPath(path: string | null): path is string {
  return path !== null && /^\/(?![/\\])/.test(path) && !path.startsWith('/sign-in');
}
