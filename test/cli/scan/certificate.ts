import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and a certificate for `localhost` that is signed by itself, made anew: no private key lies in the repository. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const name = sequence(tlv(0x31, sequence(oid(0x55, 0x04, 0x03), tlv(0x0c, Buffer.from('localhost')))));
  const alternative = sequence(tlv(0x82, Buffer.from('localhost')));
  const extensions = sequence(sequence(oid(0x55, 0x1d, 0x11), tlv(0x04, alternative)));
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.of(2))),
    tlv(0x02, Buffer.of(1)),
    algorithm,
    name,
    sequence(tlv(0x17, Buffer.from('200101000000Z')), tlv(0x17, Buffer.from('491231235959Z'))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, extensions),
  );
  const signature = Buffer.concat([Buffer.of(0), sign('sha256', body, privateKey)]);
  const der = sequence(body, algorithm, tlv(0x03, signature)).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}

function sequence(...items: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(items));
}

function oid(...bytes: readonly number[]): Buffer {
  return tlv(0x06, Buffer.from(bytes));
}

/** A value in DER: its type, its length and itself. */
function tlv(type: number, value: Buffer): Buffer {
  const { length } = value;
  const long = [...(length > 0xff ? [length >> 8] : []), length & 0xff];
  return Buffer.concat([Buffer.of(type, ...(length < 0x80 ? [length] : [0x80 + long.length, ...long])), value]);
}
