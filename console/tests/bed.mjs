// What every browser test stands on: Chromium, a page that tells what went wrong in it, axe.
//
// Started by tests/e2e/browser.py, which says how in its settings and reads a line of JSON for
// everything that say() and check() are given.
import {mkdir, readFile, rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {chromium} from 'playwright-core';

export const settings = JSON.parse(await readFile(process.argv[2], 'utf8'));
export const HERE = import.meta.dirname;
export const SHOTS = path.join(HERE, 'shots');

// How people see the console: what the system asks for, and how wide the window is.
export const THEMES = {
  light: {colorScheme: 'light', contrast: 'no-preference'},
  dark: {colorScheme: 'dark', contrast: 'no-preference'},
  contrast: {colorScheme: 'light', contrast: 'more'},
};
export const WIDE = {width: 1280, height: 900};
export const NARROW = {width: 420, height: 900};
// How a state of a page is looked at: no colour depends on the width. (The routes are looked at in each theme and width.)
export const LOOKS = [...Object.keys(THEMES).map((theme) => ({theme, size: WIDE})), {theme: 'light', size: NARROW}];

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];
const PATIENCE = 20_000;
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let profiles = 0;

export function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export function check(name, ok, detail = '') {
  say({check: name, ok: Boolean(ok), detail: ok ? '' : String(detail).slice(0, 4000)});
}

// A directory of screenshots of its own, with nothing in it that an earlier run left.
export async function emptyShots(name) {
  const directory = path.join(SHOTS, name);
  await rm(directory, {recursive: true, force: true});
  await mkdir(directory, {recursive: true});
  return directory;
}

// A browser with a profile of its own: another person, or the same one elsewhere.
export async function openBrowser(options = {}) {
  const profile = path.join(settings.profiles, String(++profiles));
  await mkdir(profile, {recursive: true});
  return chromium.launchPersistentContext(profile, {
    executablePath: settings.chromium,
    args: settings.flags,
    chromiumSandbox: settings.sandbox,
    baseURL: settings.origin,
    viewport: WIDE,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',  // nothing is measured while it moves
    ...options,
  });
}

// Violations are counted by their event; asking who is signed in may be answered "nobody", and what the last restore did, "there was none".
function isExpected(message) {
  const isAnswer = (status, path) => message.text().includes(`status of ${status}`) && new URL(message.location().url).pathname === path;
  return /Content Security Policy|TrustedHTML|TrustedScript/.test(message.text()) ||
    isAnswer(401, '/api/v1/session') || isAnswer(404, '/api/v1/restore-report');
}

// A page whose violations of the policy, uncaught errors and lines of error are kept.
export async function openPage(context) {
  const page = await context.newPage();
  const seen = {violations: [], errors: []};
  page.setDefaultTimeout(PATIENCE);
  await page.exposeBinding('strongroomViolation', (_, violation) => seen.violations.push(violation));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      globalThis.strongroomViolation(
        `${event.effectiveDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber} ${event.sample}`);
    });
  });
  page.on('pageerror', (error) => seen.errors.push(String(error.stack ?? error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message)) seen.errors.push(message.text());
  });
  return {page, seen};
}

// Takes out what was seen since the last call.
export function take(seen) {
  const taken = {violations: [...seen.violations], errors: [...seen.errors]};
  seen.violations.length = 0;
  seen.errors.length = 0;
  return taken;
}

// Waits until the page is all there: a heading, and nothing that is still being loaded.
export async function ready(page) {
  await page.waitForLoadState('load');
  await page.waitForFunction(() => {
    const heading = document.querySelector('h1');
    const busy = document.querySelector(
      '[aria-busy="true"], [role="progressbar"]:not([aria-valuenow]), .pf-v6-c-skeleton, .pf-v6-c-spinner');
    return heading?.checkVisibility() && !busy && document.fonts.status === 'loaded';
  });
}

// Waits until nothing changes of itself any more: the kit looks at its width a moment after it has
// changed, and colours turn gradually.
export async function settled(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForFunction(() => !document.getAnimations().some((one) => one instanceof CSSTransition));
}

// What axe finds against WCAG 2.0 to 2.2, A and AA: [{rule, help, targets}], and how many rules held.
// A tooltip comes and goes in its own time, half transparent on the way: a look that met one on its way
// is taken again.
export async function axe(page) {
  await page.evaluate(axeSource);
  const onTheWay = () => page.evaluate(() => document.querySelectorAll('.pf-v6-c-tooltip').length +
    document.getAnimations().filter((one) => one instanceof CSSTransition).length);
  let violations, passes, before, after;
  do {
    await settled(page);
    before = await onTheWay();
    ({violations, passes} = await page.evaluate(
      (tags) => globalThis.axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']}), WCAG));
    after = await onTheWay();
  } while (before !== after);
  const found = violations.map(({id, help, nodes}) => ({
    rule: id, help, targets: nodes.map(({target, failureSummary}) => `${target.join(' ')}: ${failureSummary}`)}));
  return {found, held: passes.length};
}

// Opens a row's menu and takes what it offers. A menu that closes again, since the page moved under the
// pointer, is opened anew, as a person would.
export async function pickAction(button, item) {
  const entry = button.page().getByRole('menuitem', {name: item, exact: true});
  for (let left = 3; ; --left) {
    if (await button.getAttribute('aria-expanded') !== 'true') await button.click();
    try {
      await entry.click({timeout: left > 0 ? 5000 : PATIENCE});
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

// Signs in as the page itself would: with a request from its own origin.
export async function signIn(page, user, password) {
  await page.goto('/sign-in');
  const status = await page.evaluate(async (who) => {
    const answer = await fetch('/api/v1/session', {
      method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(who)});
    return answer.status;
  }, {user, password});
  if (status !== 200) throw new Error(`POST /api/v1/session answered ${status}`);
}
