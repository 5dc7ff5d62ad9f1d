import { describe, expect, it } from 'vitest';
import { audienceOf, isPublic, redirection } from './guard.ts';

const nobody = { wanted: null, kind: null, isLapsed: false, isCardShown: false, usual: 'child' } as const;
const teacher = { wanted: null, kind: 'teacher', isLapsed: false, isCardShown: false, usual: 'adult' } as const;

describe('who may see which screen', () => {
  it('sends a person who is not signed in to the sign-in page they use, and remembers what they asked for', () => {
    expect(redirection({ ...nobody, routeId: '/', asked: '/' })).toBe('/sign-in/class');
    expect(redirection({ ...nobody, usual: 'adult', routeId: '/(teacher)/class', asked: '/class?week=2' })).toBe(
      '/sign-in?to=%2Fclass%3Fweek%3D2',
    );
  });

  it('leaves a person who is not signed in on a sign-in page', () => {
    expect(redirection({ ...nobody, routeId: '/sign-in/class', asked: '/sign-in/class' })).toBeNull();
  });

  it('sends each person to their own screens', () => {
    expect(redirection({ ...teacher, routeId: '/', asked: '/' })).toBe('/marking');
    expect(redirection({ ...teacher, routeId: '/(child)/clubs', asked: '/clubs' })).toBe('/marking');
    expect(redirection({ ...teacher, routeId: '/(teacher)/class', asked: '/class' })).toBeNull();
  });

  it('goes on to what was asked for once signed in, on this site alone', () => {
    const at = (wanted: string) => redirection({ ...teacher, routeId: '/sign-in', asked: '/sign-in', wanted });
    expect(at('/class?week=2')).toBe('/class?week=2');
    for (const path of ['//evil.example', '/\\evil.example', 'https://evil.example', '/sign-in']) expect(at(path)).toBe('/marking');
  });

  it('lets a person sign in again when the server’s session is over', () => {
    expect(redirection({ ...teacher, isLapsed: true, routeId: '/sign-in', asked: '/sign-in' })).toBeNull();
    expect(redirection({ ...teacher, isLapsed: true, routeId: '/(teacher)/class', asked: '/class' })).toBeNull();
  });

  it('goes back to a letter that waits for its parent to sign in', () => {
    const parent = { ...teacher, kind: 'parent' } as const;
    expect(redirection({ ...parent, routeId: '/sign-in', asked: '/sign-in?to=%2Fjoin', wanted: '/join' })).toBe('/join');
  });

  it('lets a card that was shown ask whose turn it is, and nothing else', () => {
    expect(redirection({ ...teacher, isCardShown: true, routeId: '/sign-in/card', asked: '/sign-in/card' })).toBeNull();
    expect(redirection({ ...teacher, routeId: '/sign-in/card', asked: '/sign-in/card' })).toBe('/marking');
    expect(redirection({ ...nobody, routeId: '/sign-in/card', asked: '/sign-in/card' })).toBeNull();
  });

  it('keeps a class’s tablet on its own screens, and lets a teacher sign in on it by the way that leads there', () => {
    const tablet = { ...teacher, kind: 'device', usual: 'device' } as const;
    expect(redirection({ ...tablet, routeId: '/', asked: '/' })).toBe('/device');
    expect(redirection({ ...tablet, routeId: '/device/log', asked: '/device/log' })).toBeNull();
    expect(redirection({ ...tablet, routeId: '/(child)/clubs', asked: '/clubs' })).toBe('/device');
    expect(redirection({ ...tablet, routeId: '/sign-in', asked: '/sign-in' })).toBe('/device');
    expect(redirection({ ...tablet, routeId: '/sign-in', asked: '/sign-in?to=%2Fclass', wanted: '/class' })).toBeNull();
    expect(redirection({ ...teacher, routeId: '/device', asked: '/device' })).toBe('/marking');
  });

  it('says on a tablet that is no class’s any more that it is to be set up again', () => {
    const over = { ...nobody, usual: 'device' } as const;
    expect(redirection({ ...over, routeId: '/', asked: '/' })).toBe('/device');
    expect(redirection({ ...over, routeId: '/device', asked: '/device' })).toBeNull();
    expect(redirection({ ...over, routeId: '/sign-in', asked: '/sign-in' })).toBeNull();
  });

  it('shows everybody how to install the app, how to join and the way out of its mails, and no screen of anybody’s', () => {
    for (const who of [nobody, teacher, { ...nobody, usual: 'device' } as const])
      for (const path of ['/install', '/join', '/stop-mail']) expect(redirection({ ...who, routeId: path, asked: path })).toBeNull();
    for (const path of ['/install', '/join', '/stop-mail']) expect(isPublic(path)).toBe(true);
    for (const routeId of [null, '/', '/sign-in', '/(parent)/settings', '/(parent)/install', '/device'])
      expect(isPublic(routeId), String(routeId)).toBe(false);
  });

  it('shows everybody a page that is not there as just that', () => {
    expect(redirection({ ...nobody, routeId: null, asked: '/nothing' })).toBeNull();
  });

  it('looks like a child’s page where a child is', () => {
    expect(audienceOf('/sign-in/class', null)).toBe('child');
    expect(audienceOf('/sign-in/card', null)).toBe('child');
    expect(audienceOf('/sign-in', null)).toBe('adult');
    // A letter is opened by an adult, on a child's device too.
    expect(audienceOf('/join', 'student')).toBe('adult');
    expect(audienceOf('/(child)/run', 'student')).toBe('child');
    expect(audienceOf(null, 'parent')).toBe('adult');
  });
});
