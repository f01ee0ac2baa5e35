// One's own account: who one is, the password, the browsers that one is signed in with, and what one may do.
//
// settings: user, password: of an administrator
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const shots = await emptyShots('account');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const elsewhere = await openBrowser();
const other = await openPage(elsewhere);
const story = storiesOn(page, shots);
const look = looksAt(page, shots);
const next = `${settings.password}-anew`;
let policy = 0;

async function sound(where) {
  const {violations, errors} = take(seen);
  policy += violations.length;
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
}

await signIn(page, settings.user, settings.password);
await page.goto('/start');
await ready(page);

await story('the user menu leads to the account', async () => {
  await page.getByRole('button', {name: `Signed in as ${settings.user}`}).click();
  await page.getByRole('menuitem', {name: 'My account'}).click();
  await page.waitForURL('**/account/sign-in');
  await page.getByRole('heading', {name: 'My account', level: 1}).waitFor();
  await page.getByText('With a password', {exact: true}).waitFor();
  await ready(page);
  await look('sign-in');
  await sound('the account');
});

await story('sessions elsewhere are seen and ended, and the one that is looked at from stays', async () => {
  await signIn(other.page, settings.user, settings.password);
  await page.reload();
  await ready(page);
  const sessions = page.getByRole('grid', {name: 'Sessions'});
  const own = sessions.getByRole('row').filter({hasText: 'This browser'});
  await own.waitFor();
  check('this browser cannot be ended here', await own.getByRole('button').count() === 0);
  check('the others can', await sessions.getByRole('button', {name: /^End session/}).count() >= 1);
  await page.getByRole('button', {name: 'End all other sessions'}).click();
  await page.getByRole('button', {name: 'End all other sessions'}).waitFor({state: 'detached'});
  const status = await other.page.evaluate(async () => (await fetch('/api/v1/session')).status);
  check('the other browser is signed out', status === 401, status);
  const here = await page.evaluate(async () => (await fetch('/api/v1/session')).status);
  check('this one is not', here === 200, here);
  await sound('ending sessions');
});

await story('the password is changed, and a wrong one is said at its field', async () => {
  await page.getByRole('button', {name: 'Change password'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Current password').fill('this is not the one');
  await dialog.getByLabel(/^New password(?!,)/).fill(next);
  await dialog.getByLabel('New password, once more').fill(next);
  await dialog.getByRole('button', {name: 'Change password'}).click();
  await dialog.getByText('This could not be saved: Current password').waitFor();
  take(seen);  // the browser writes a line of its own about the refusal
  await look('wrong-password');
  await dialog.getByLabel('Current password').fill(settings.password);
  await dialog.getByRole('button', {name: 'Change password'}).click();
  await dialog.waitFor({state: 'detached'});
  await signIn(other.page, settings.user, next);
  check('the new one signs in', true);
  await sound('changing the password');
});

await story('what one may do is told in words', async () => {
  await page.getByRole('tab', {name: 'What you may do'}).click();
  await page.waitForURL('**/account/rights');
  const line = page.getByRole('row').filter({hasText: 'Everywhere'});
  await line.getByText('Manage people', {exact: true}).waitFor();
  await page.getByText('Users and groups, who is in which, and which roles a group has.').waitFor();
  await ready(page);
  await look('rights');
  await sound('the rights');
});

await elsewhere.close();
await context.close();
say({measure: 'account', csp: policy});
