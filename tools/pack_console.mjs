// Packs the built console for src/api/embedded_console.cc.
//
//     node tools/pack_console.mjs DIST OUT
//
// OUT/console.bin has every file of DIST as it is, then compressed with brotli and with gzip where
// that makes it smaller; OUT/console_table.inc says where each of them lies. Both are written anew
// only when they change, so that the same console is not linked twice.
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {brotliCompressSync, constants, gzipSync} from 'node:zlib';

const GOOD_PATH = /^\/(?:assets\/)?[\w][\w.-]*$/;  // what the server looks up byte by byte
const WORTH = 0.95;  // of its size; above, decompressing costs more than it saves

function filesBelow(directory, prefix = '/') {
  return readdirSync(directory, {withFileTypes: true}).flatMap((entry) => {
    const at = path.join(directory, entry.name);
    return entry.isDirectory() ? filesBelow(at, `${prefix}${entry.name}/`) : [[prefix + entry.name, at]];
  });
}

function pack(name, at) {
  if (!GOOD_PATH.test(name)) throw new Error(`${name}: files belong into assets/ or beside index.html`);
  const identity = readFileSync(at);
  const smaller = (bytes) => (bytes.length < identity.length * WORTH ? bytes : Buffer.alloc(0));
  const brotli = smaller(brotliCompressSync(identity, {
    params: {[constants.BROTLI_PARAM_SIZE_HINT]: identity.length, [constants.BROTLI_PARAM_LGWIN]: 22},
  }));
  const gzip = smaller(gzipSync(identity, {level: 9}));
  const digest = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  return {name, digest, identity, brotli, gzip};
}

function writeIfChanged(file, content) {
  try {
    if (readFileSync(file).equals(content)) return;
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  writeFileSync(`${file}.new`, content);
  renameSync(`${file}.new`, file);
}

const [dist, out] = process.argv.slice(2);
const files = filesBelow(dist).map(([name, at]) => pack(name, at));
files.sort((a, b) => (a.name < b.name ? -1 : 1));
if (!files.some(({name}) => name === '/index.html')) throw new Error(`${dist} has no index.html`);

const bytes = Buffer.concat(files.flatMap(({identity, brotli, gzip}) => [identity, brotli, gzip]));
let offset = 0;
const rows = files.map(({name, digest, identity, brotli, gzip}) => {
  const sizes = [identity, brotli, gzip].map((one) => one.length);
  const row = `STRONGROOM_CONSOLE_FILE("${name}", "${digest}", ${offset}, ${sizes.join(', ')})\n`;
  offset += sizes[0] + sizes[1] + sizes[2];
  return row;
});
const whole = createHash('sha256').update(bytes).digest('hex');
const table = `// Generated from the built console, whose bytes are ${whole}.\n` +
  `STRONGROOM_CONSOLE_BYTES(${bytes.length})\n${rows.join('')}`;

mkdirSync(out, {recursive: true});
writeIfChanged(path.join(out, 'console.bin'), bytes);
writeIfChanged(path.join(out, 'console_table.inc'), Buffer.from(table));
