import { describe, expect, test } from 'vitest';

import { addressObjection, urlObjection } from './destination-rules.ts';

const PUBLIC_ONLY = { allowPrivate: false };
const WITH_PRIVATE = { allowPrivate: true };

const objection = (text: string) => urlObjection(URL.parse(text), PUBLIC_ONLY);

describe('an address', () => {
  test.each(['93.184.215.14', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001:800::200e'])(
    '%s of the public internet is let out to',
    (address) => {
      expect(addressObjection(address, PUBLIC_ONLY)).toBeNull();
      expect(addressObjection(address, WITH_PRIVATE)).toBeNull();
    },
  );

  test.each([
    '10.0.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '127.9.9.9',
    '100.64.0.1',
    '::1',
    'fd12::1',
  ])('%s of a private network is let out to exactly where the operator allows it', (address) => {
    expect(addressObjection(address, PUBLIC_ONLY)).toBe('is inside a private network');
    expect(addressObjection(address, WITH_PRIVATE)).toBeNull();
  });

  test.each([
    ['unspecified', '0.0.0.0', '0.1.2.3', '::'],
    ['link-local', '169.254.1.1', 'fe80::1', 'fe80::1%eth0'],
    ['multicast or broadcast', '224.0.0.1', '239.255.255.255', '255.255.255.255', 'ff02::1'],
    [
      'reserved or for examples',
      '192.0.0.192',
      '192.0.2.1',
      '198.18.0.1',
      '203.0.113.7',
      '240.0.0.1',
      '2001:db8::1',
    ],
    ['IPv4-mapped', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:1.1.1.1'],
    ['IPv4-compatible', '::127.0.0.1', '::7f00:1', '::a00:1'],
    ['NAT64', '64:ff9b::127.0.0.1', '64:ff9b::a00:1', '64:ff9b:1::a00:1', '64:ff9b:1:a9fe:a9:fe00::'],
    ['6to4, Teredo and other tunnels', '2002:7f00:1::', '2002:a00:1::1', '2001::1', '::ffff:0:127.0.0.1'],
    ['not given out', '4000::1', 'fec0::1', '5f00::1', '100::1', '3fff::1'],
    [
      'a cloud’s secrets',
      '169.254.169.254',
      'fd00:ec2::254',
      'fd00:0ec2:0::0254',
      '168.63.129.16',
      '100.100.100.200',
    ],
    ['no address', '', 'localhost', '127.1.1', '1.2.3.4.5'],
  ])('that is %s is never let out to', (_, ...addresses) => {
    for (const address of addresses) {
      expect(addressObjection(address, PUBLIC_ONLY), address).not.toBeNull();
      expect(addressObjection(address, WITH_PRIVATE), address).not.toBeNull();
    }
  });
});

describe('a URL', () => {
  test.each([
    'https://example.org/hook?a=b',
    'http://example.org',
    'https://example.org:8443/',
    'https://1.1.1.1/',
  ])('%s is a destination', (text) => expect(objection(text)).toBeNull());

  test.each([
    ['nonsense', 'it is not a URL.'],
    ['https://', 'it is not a URL.'],
    ['/hook', 'it is not a URL.'],
    ['ftp://example.org/', 'it must begin with https:// or http://.'],
    ['file:///etc/passwd', 'it must begin with https:// or http://.'],
    ['javascript:alert(1)', 'it must begin with https:// or http://.'],
    ['https://me:secret@example.org/', 'it must not contain a user name or password.'],
    ['https://me@example.org/', 'it must not contain a user name or password.'],
    ['http://example.org:25/', 'its port must be 80, 443 or at least 1024.'],
    ['http://example.org:0/', 'its port must be 80, 443 or at least 1024.'],
    ['http://10.0.0.1/', 'its host is inside a private network.'],
    ['http://[::1]:8080/', 'its host is inside a private network.'],
    ['http://[::]/', 'its host is not an address of the public internet.'],
    ['http://[::ffff:127.0.0.1]/', 'its host is not an address of the public internet.'],
    ['http://169.254.169.254/latest/', 'its host is where a cloud keeps its secrets.'],
  ])('%s is none: %s', (text, why) => expect(objection(text)).toBe(why));

  test('of a private network is one where the operator allows it', () => {
    expect(urlObjection(URL.parse('http://127.0.0.1:8080/'), WITH_PRIVATE)).toBeNull();
    expect(urlObjection(URL.parse('http://169.254.169.254/'), WITH_PRIVATE)).not.toBeNull();
  });

  test.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://①②⑦.0.0.1/',
    'http://127.0.0.1./',
  ])('%s is 127.0.0.1, however it is written', (text) => {
    expect(objection(text)).toBe('its host is inside a private network.');
  });
});
