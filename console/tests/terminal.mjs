// Signing in from a terminal, as the person at the browser meets it.
//
// settings: user, password; approved, denied: codes that terminals show right now; host: what they call their machine
import path from 'node:path';
import {axe, check, emptyShots, openBrowser, openPage, ready, settings, signIn, take} from './bed.mjs';

const PATIENCE = {timeout: 20_000};
const SHOTS = await emptyShots('terminal');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const button = (name) => page.getByRole('button', {name, exact: true});
const address = (code) => `/account/terminal?code=${code}`;

async function look(name) {
  const {found} = await axe(page);
  check(`${name} keeps WCAG`, found.length === 0, JSON.stringify(found));
  const {violations, errors} = take(seen);
  check(`${name} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${name} runs without errors`, errors.length === 0, errors.join('\n'));
  await page.screenshot({path: path.join(SHOTS, `${name.replaceAll(' ', '-')}.png`)});
}

const steps = {
  async 'whoever is not signed in comes back to the code'() {
    await page.goto(address(settings.approved));
    await page.waitForURL((url) => url.pathname === '/sign-in', PATIENCE);
    await page.getByRole('textbox', {name: /^User name/}).fill(settings.user);
    await page.locator('input[type=password]').fill(settings.password);
    await button('Sign in').click();
    await page.getByRole('heading', {name: settings.approved}).waitFor(PATIENCE);
    take(seen);  // the browser says so of the session that was not there
  },
  async 'it says who asks, and warns'() {
    await ready(page);
    await page.getByText('Approve it only if you started this yourself a moment ago').waitFor(PATIENCE);
    const about = page.getByLabel('Who asks');
    const told = await about.textContent();
    for (const part of [settings.host, '127.0.0.1']) check(`the page shows ${part}`, told.includes(part), told);
    await look('asked');
  },
  async 'nothing is approved before the code was compared'() {
    check('Approve is off', await button('Approve').isDisabled(), 'it can be pressed');
    await page.getByRole('checkbox', {name: new RegExp(settings.approved)}).check();
    check('Approve is on', await button('Approve').isEnabled(), 'it cannot be pressed');
  },
  async 'a number of days that cannot be is said at its field'() {
    const days = page.getByRole('textbox', {name: /^Days/});
    await days.fill('4000');
    await page.getByText('A whole number from 1 to 3650.').waitFor(PATIENCE);
    check('Approve is off for it', await button('Approve').isDisabled(), 'it can be pressed');
    await look('wrong days');
    await days.fill('7');
  },
  async 'approving lets the terminal go on'() {
    await button('Approve').click();
    await page.getByText('The terminal goes on by itself').waitFor(PATIENCE);
    await look('approved');
  },
  async 'a code that nobody shows is said at its field'() {
    await button('Another code').click();
    const code = page.getByRole('textbox', {name: /^Code/});
    await code.fill('BBBB-BBBB');
    await button('Continue').click();
    await page.getByText('No terminal waits with this code').waitFor(PATIENCE);
    take(seen);  // a request that was refused
    await look('unknown code');
    await code.fill(settings.denied.toLowerCase().replace('-', ' '));
    await button('Continue').click();
    await page.getByRole('heading', {name: settings.denied}).waitFor(PATIENCE);
  },
  async 'denying sends the terminal away'() {
    await button('Deny').click();
    await page.getByText('The terminal got nothing').waitFor(PATIENCE);
    await look('denied');
  },
  async 'what was decided is not asked again'() {
    await page.goto(address(settings.denied));
    await page.getByText('This has been decided already').waitFor(PATIENCE);
    await look('decided');
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    check(name, true);
  } catch (failure) {
    check(name, false, failure.stack ?? failure);
    await page.screenshot({path: path.join(SHOTS, 'failed.png')});
    break;
  }
}
await context.close();
