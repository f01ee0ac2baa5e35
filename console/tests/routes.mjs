// Every route of the console in every theme and width: does it come up, does it keep the policy, can
// everybody use it, how much is loaded first. Screenshots go to shots/.
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import {HERE, NARROW, THEMES, WIDE, axe, check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';

const ROUTES = JSON.parse(await readFile(path.join(HERE, 'routes.json'), 'utf8'));
const SIGN_IN = '/sign-in';
const FIRST = '/repository/vault/oauth-clients';

function shot(route, theme, size) {
  const name = route.slice(1).replaceAll(/[/?=&]/g, '-');
  return path.join(directory, `${name}-${theme}${size === NARROW ? '-narrow' : ''}.png`);
}

// One route in one size, and a look at it in each theme; answers what is wrong with it, as counts.
async function look(page, seen, route, size) {
  const totals = {csp: 0, axe: 0};
  take(seen);
  await page.emulateMedia({...THEMES.light, reducedMotion: 'reduce'});
  await page.setViewportSize(size);
  const where = `${route} ${size.width} px`;
  try {
    await page.goto(route);
    await ready(page);
  } catch (error) {
    check(`${where} comes up`, false, error);
    await page.screenshot({path: shot(route, 'light', size)});
    return {csp: take(seen).violations.length, axe: 0};
  }
  const at = new URL(page.url()).pathname;
  check(`${where} stays where it is`, at === route.split('?')[0], at);
  for (const theme of Object.keys(THEMES)) {
    totals.axe += await lookAtTheme(page, `${where} ${theme}`, theme, shot(route, theme, size));
  }
  const {violations, errors} = take(seen);
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
  totals.csp += violations.length;
  return totals;
}

async function lookAtTheme(page, where, theme, picture) {
  await page.emulateMedia({...THEMES[theme], reducedMotion: 'reduce'});
  await ready(page);
  const {found, held} = await axe(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(`${where} fits the window`, overflow <= 0, `${overflow} px too wide`);
  await page.screenshot({path: picture, fullPage: true});
  check(`${where} keeps WCAG`, found.length === 0, JSON.stringify(found, null, 1));
  check(`${where} has something to check`, held > 0);
  return found.reduce((sum, {targets}) => sum + targets.length, 0);
}

async function walk(context, routes, totals) {
  const {page, seen} = await openPage(context);
  for (const route of routes) {
    for (const size of [WIDE, NARROW]) {
      const wrong = await look(page, seen, route, size);
      totals.csp += wrong.csp;
      totals.axe += wrong.axe;
    }
  }
  await page.close();
}

// The paths of the scripts and styles that a page needs before it is all there. Those that come out of
// the browser's cache are told like others.
async function measureFirstLoad(context) {
  const {page} = await openPage(context);
  const loaded = {script: new Set(), stylesheet: new Set()};
  page.on('requestfinished', (request) => loaded[request.resourceType()]?.add(new URL(request.url()).pathname));
  await page.goto(FIRST);
  await ready(page);
  await page.waitForLoadState('networkidle');
  say({measure: 'first load', js: [...loaded.script], css: [...loaded.stylesheet]});
  await page.close();
}

// That a test which finds nothing would have found something.
async function proveThatItSees(context) {
  const {page, seen} = await openPage(context);
  await page.goto(SIGN_IN);
  await ready(page);
  const before = (await axe(page)).found.length;
  await page.evaluate(() => {
    const button = document.createElement('button');
    button.setAttribute('style', 'color: red');
    document.body.append(button);
    try {
      button.innerHTML = '<b></b>';
    } catch {
      button.dataset.refused = 'yes';
    }
  });
  const after = (await axe(page)).found.length;
  check('axe sees a button without a name', after > before, `${before}, then ${after}`);
  const {violations} = take(seen);
  for (const directive of ['style-src-attr', 'require-trusted-types-for']) {
    check(`a violation of ${directive} is seen`, violations.some((one) => one.startsWith(directive)), violations.join('\n'));
  }
  await page.close();
}

const directory = await emptyShots('routes');
const totals = {csp: 0, axe: 0};

const nobody = await openBrowser();
await proveThatItSees(nobody);
await walk(nobody, ROUTES.filter((route) => route === SIGN_IN), totals);
await nobody.close();

const person = await openBrowser();
const {page} = await openPage(person);
await signIn(page, settings.user, settings.password);
await page.close();
await walk(person, ROUTES.filter((route) => route !== SIGN_IN), totals);
await measureFirstLoad(person);
await person.close();

say({measure: 'routes', routes: ROUTES.length, ...totals});
