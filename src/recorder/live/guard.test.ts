import { describe, expect, it } from 'vitest';
import { checkAccess, isLoopback, refuse } from './guard.ts';

const token = 'a token that is long enough';
const local = { method: 'GET', headers: { host: '127.0.0.1:6060' }, remoteAddress: '127.0.0.1' };

describe('a capture is for this machine', () => {
  it.each([
    ['loopback', local],
    ['loopback by name', { ...local, headers: { host: 'localhost:6060' } }],
    ['loopback, IPv6', { ...local, headers: { host: '[::1]:6060' }, remoteAddress: '::1' }],
    ['loopback, IPv4 in IPv6', { ...local, remoteAddress: '::ffff:127.0.0.1' }],
    ['a unix socket', { ...local, headers: { host: 'anything' }, remoteAddress: undefined }],
    ['the address bar of a browser', { ...local, headers: { host: 'localhost', 'sec-fetch-site': 'none' } }],
  ])('%s', (_, request) => {
    expect(refuse(request, {})).toBeUndefined();
  });

  it.each([
    ['another machine', { ...local, remoteAddress: '10.0.0.5' }],
    [
      'another machine that says it is this one',
      { ...local, remoteAddress: '10.0.0.5', headers: { host: 'localhost' } },
    ],
    ['a name rebound to this machine', { ...local, headers: { host: 'example.com:6060' } }],
    ['a name that begins like this machine', { ...local, headers: { host: 'localhost.example.com' } }],
    ['an address that begins like this machine', { ...local, headers: { host: '127.0.0.1.example.com' } }],
    ['nobody', { ...local, headers: {} }],
    ['a proxy', { ...local, headers: { host: 'localhost', 'x-forwarded-for': '1.2.3.4' } }],
    ['a proxy on a unix socket', { ...local, remoteAddress: undefined, headers: { forwarded: 'for=1.2.3.4' } }],
    ['a page', { ...local, headers: { host: 'localhost:6060', origin: 'http://localhost:6060' } }],
    ['an image on a page', { ...local, headers: { host: 'localhost:6060', 'sec-fetch-site': 'cross-site' } }],
    [
      'an image on a page of the same site',
      { ...local, headers: { host: 'localhost', 'sec-fetch-site': 'same-site' } },
    ],
  ])('and not for %s', (_, request) => {
    expect(refuse(request, {})?.status).toBe(403);
  });

  it('is asked for with GET', () => {
    for (const method of ['POST', 'HEAD', 'OPTIONS', undefined]) {
      expect(refuse({ ...local, method }, {})?.status).toBe(405);
    }
  });
});

describe('a token', () => {
  const remote = { ...local, remoteAddress: '10.0.0.5', headers: { host: 'service.internal' } };
  const bearer = (text: string) => ({ headers: { ...remote.headers, authorization: `Bearer ${text}` } });

  it('is asked of everybody, once there is one', () => {
    expect(refuse(local, { token })?.status).toBe(401);
    expect(
      refuse({ ...local, headers: { ...local.headers, authorization: `Bearer ${token}` } }, { token }),
    ).toBeUndefined();
  });

  it('alone does not let other machines in, nor does the option alone', () => {
    expect(refuse({ ...remote, ...bearer(token) }, { token })?.status).toBe(403);
    expect(refuse({ ...remote, ...bearer(token) }, { token, allowRemote: true })).toBeUndefined();
    for (const wrong of ['', `${token}x`, token.slice(1)]) {
      expect(refuse({ ...remote, ...bearer(wrong) }, { token, allowRemote: true })?.status).toBe(401);
    }
    expect(() => checkAccess({ allowRemote: true })).toThrow('needs a token');
    expect(() => checkAccess({ token: 'short' })).toThrow('at least 16 characters');
    expect(() => checkAccess({ token, allowRemote: true })).not.toThrow();
  });
});

it('knows the loopback addresses', () => {
  const hosts = [
    '127.0.0.1',
    '127.1.2.3',
    '::1',
    'localhost',
    '::ffff:127.0.0.1',
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
  ];
  expect(hosts.filter(isLoopback)).toEqual(hosts.slice(0, 5));
});
