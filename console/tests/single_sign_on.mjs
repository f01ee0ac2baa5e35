// Single sign-on as people meet it: an administrator sets it up, somebody presses its button.
//
// settings: user, password: of an administrator; provider: {issuer, client_id, client_secret, ca_pem, address}
import path from 'node:path';
import {axe, check, emptyShots, openBrowser, openPage, ready, settings, signIn, take} from './bed.mjs';

const PATIENCE = {timeout: 20_000};
const SHOTS = await emptyShots('single-sign-on');
const {provider} = settings;

async function look({page, seen}, name) {
  const {found} = await axe(page);
  check(`${name} keeps WCAG`, found.length === 0, JSON.stringify(found));
  const {violations, errors} = take(seen);
  check(`${name} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${name} runs without errors`, errors.length === 0, errors.join('\n'));
  await page.screenshot({path: path.join(SHOTS, `${name.replaceAll(' ', '-')}.png`)});
}

const administration = await openBrowser();
const admin = await openPage(administration);
await signIn(admin.page, settings.user, settings.password);
const visits = await openBrowser();
const visitor = await openPage(visits);

const steps = {
  async 'the page says what belongs there'() {
    await admin.page.goto('/administration/single-sign-on');
    await ready(admin.page);
    await admin.page.getByText('No OpenID provider yet').waitFor(PATIENCE);
    await look(admin, 'empty page');
  },
  async 'a mistake is shown at its field'() {
    await admin.page.getByRole('button', {name: 'Add OpenID provider'}).click();
    const dialog = admin.page.getByRole('dialog');
    await dialog.getByRole('textbox', {name: /^Name on the button/}).fill('Example');
    await dialog.getByRole('textbox', {name: /^Issuer/}).fill('http://insecure.example');
    await dialog.getByRole('textbox', {name: /^Client id/}).fill(provider.client_id);
    await dialog.getByRole('textbox', {name: /^Client secret/}).fill(provider.client_secret);
    await dialog.getByRole('button', {name: 'Add', exact: true}).click();
    await dialog.getByText('This could not be saved: Issuer').waitFor(PATIENCE);
    // The browser says so of a request that was refused; nothing else may be wrong.
    take(admin.seen);
    await look(admin, 'mistake');
  },
  async 'a provider is added, and tested'() {
    const dialog = admin.page.getByRole('dialog');
    await dialog.getByRole('textbox', {name: /^Issuer/}).fill(provider.issuer);
    await dialog.getByRole('checkbox', {name: /^Make users/}).check();
    await dialog.getByRole('textbox', {name: /^Trusted CA/}).fill(provider.ca_pem);
    await dialog.getByRole('textbox', {name: /^Allowed addresses/}).fill(provider.address);
    await dialog.getByRole('button', {name: 'Add', exact: true}).click();
    await admin.page.getByRole('heading', {name: 'Example', exact: true}).waitFor(PATIENCE);
    await admin.page.getByRole('button', {name: 'Test Example'}).click();
    await admin.page.getByText('The provider answers, and has 1 usable key.').waitFor(PATIENCE);
    await look(admin, 'tested');
  },
  async 'the secret does not come back'() {
    await admin.page.getByRole('button', {name: 'Edit Example'}).click();
    const dialog = admin.page.getByRole('dialog');
    const secret = await dialog.getByRole('textbox', {name: /^Client secret/}).inputValue();
    check('the box of the secret is empty', secret === '', 'it has something in it');
    await look(admin, 'edit');
    await dialog.getByRole('button', {name: 'Cancel'}).click();
  },
  async 'the button on the sign-in page leads in'() {
    await visitor.page.goto('/sign-in');
    await ready(visitor.page);
    await visitor.page.getByRole('link', {name: 'Sign in with Example'}).waitFor(PATIENCE);
    await look(visitor, 'sign-in page');
    await visitor.page.getByRole('link', {name: 'Sign in with Example'}).click();
    await visitor.page.locator('input[name=login]').fill('ann');
    await visitor.page.locator('input[name=password]').fill('x');
    await visitor.page.locator('button[type=submit]').click();
    await visitor.page.getByRole('button', {name: 'Continue'}).click();
    await visitor.page.waitForURL((url) => url.origin === settings.origin && url.pathname === '/start', PATIENCE);
    await visitor.page.getByRole('button', {name: /^Signed in as ann/}).waitFor(PATIENCE);
    check('nobody has a password to enter', true);
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack);
    await admin.page.screenshot({path: path.join(SHOTS, 'failed-admin.png')});
    await visitor.page.screenshot({path: path.join(SHOTS, 'failed-visitor.png')});
  }
}
await administration.close();
await visits.close();
