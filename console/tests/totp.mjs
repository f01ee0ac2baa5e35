// What an authenticator app does: codes that change every thirty seconds (RFC 6238).
import {createHmac} from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;

function fromBase32(text) {
  const bits = [...text].map((sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

function codeAt(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

// An app that has `secret`. Each code works once, so next() never gives one twice: it gives the step before, the one of
// now or the next, as long as there is one, since a server takes what a clock that is a little off shows.
export class Authenticator {
  constructor(secret) {
    this.secret = secret.replaceAll(/\s/g, '');
    this.last = 0;
  }

  async next() {
    const now = () => Math.floor(Date.now() / STEP_MS);
    while (this.last >= now() + 1) await new Promise((resolve) => setTimeout(resolve, 200));
    this.last = Math.max(this.last + 1, now() - 1);
    return codeAt(this.secret, this.last);
  }

  // Six digits that are none of those that count now.
  wrong() {
    const now = Math.floor(Date.now() / STEP_MS);
    const right = [-2, -1, 0, 1, 2].map((offset) => codeAt(this.secret, now + offset));
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find((code) => !right.includes(code));
  }
}
