// Stories that a browser walks through one after the other, and how it looks on the way.
import path from 'node:path';
import {LOOKS, NARROW, THEMES, WIDE, axe, check, settled} from './bed.mjs';

// Nothing in a story takes as long: what does hangs, and is to be known by its name.
const PATIENCE = 240_000;

async function inTime(tell) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('The story does not go on.')), PATIENCE);
  });
  try {
    await Promise.race([tell(), late]);
  } finally {
    clearTimeout(timer);
  }
}

// `story(name, tell)`: checks that `tell` ends well. Where it does not, a picture of the page is kept in `shots`, and
// `mend` brings the next one to where it can begin.
export function storiesOn(page, shots, mend = async () => {}) {
  return async function story(name, tell) {
    try {
      await inTime(tell);
      check(name, true);
    } catch (failure) {
      check(name, false, failure.stack ?? failure);
      const file = `failed-${name.replaceAll(/\W+/g, '-').slice(0, 40)}.png`;
      await page.screenshot({path: path.join(shots, file)}).catch(() => {});
      await mend();
    }
  };
}

// `look(name)`: in every theme, and narrow, for people to look at in `shots`, and checked for everybody who cannot.
export function looksAt(page, shots) {
  return async function look(name) {
    for (const {theme, size} of LOOKS) {
      await page.emulateMedia({...THEMES[theme], reducedMotion: 'reduce'});
      await page.setViewportSize(size);
      await settled(page);
      const fits = await page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth, undefined, {timeout: 5000})
        .then(() => true, () => false);
      check(`${name} fits the window, ${theme} ${size.width}`, fits);
      await page.screenshot({path: path.join(shots, `${name}-${theme}${size === NARROW ? '-narrow' : ''}.png`)});
      const {found} = await axe(page);
      check(`axe: ${name} ${theme} ${size.width}`, found.length === 0, JSON.stringify(found, null, 1));
    }
    await page.emulateMedia({...THEMES.light, reducedMotion: 'reduce'});
    await page.setViewportSize(WIDE);
  };
}
