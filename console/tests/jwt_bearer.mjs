// A target system whose key signs for whom its clients act, and one of its clients, as a person sets them up in the console.
//
// settings: project; provider: the name of the catalogue's entry; token_endpoint, ca: of the provider; files: {account: the key file of a service account, certificate};
//   account: whose key file it is; subject: for whom tokens are wanted
import {check, emptyShots, openBrowser, openPage, ready, settings, signIn, take} from './bed.mjs';
import {LIST, Window, must} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('jwt-bearer');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const story = storiesOn(page, SHOTS);
const look = looksAt(page, SHOTS);
const client = new Window(page);
const dialog = () => page.getByRole('dialog').first();
const box = (name) => dialog().getByRole('textbox', {name: new RegExp(`^${name}`)});

await signIn(page, settings.user, settings.password);

await story('the key file of a service account says whose it is, and is shown nowhere', async () => {
  await page.goto('/repository/vault/target-systems');
  await ready(page);
  await page.getByRole('button', {name: 'Add target system'}).first().click();
  await box('Name').fill('Drive');
  await dialog().getByRole('tab', {name: 'OAuth', exact: true}).click();
  await dialog().getByRole('textbox', {name: 'Find a service provider'}).fill(settings.provider);
  await page.keyboard.press('Enter');
  await dialog().getByText('Signed assertion (JWT bearer) is what this provider’s entry offers.').waitFor();
  const file = dialog().locator('input[type="file"]').first();
  await file.setInputFiles(settings.files.certificate);
  await dialog().getByText('There is no private key in this file').waitFor();
  await file.setInputFiles(settings.files.account);
  must((await box('Key id').count()) === 0, 'the file says the key id');
  await box('Token endpoint').fill(settings.token_endpoint);
  await box('Scopes').fill('drive ');
  await dialog().getByRole('button', {name: 'Remove drive'}).waitFor();
  await dialog().getByRole('button', {name: 'Network'}).click();
  await box('Trusted CA').fill(settings.ca);
  await box('Allowed addresses').fill('127.0.0.1/32');
  await page.keyboard.press('Enter');
  must(!(await page.content()).includes('PRIVATE KEY'), 'the key is in the page');
  await look('target-system');
  await dialog().getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await page.getByRole('row', {name: /Drive/}).getByText('Ready').waitFor();
});

await story('its client says for whom, and has a token without anybody who signs in', async () => {
  await page.goto(LIST);
  await ready(page);
  await page.getByRole('button', {name: 'Add OAuth client'}).first().click();
  await client.choose('Project', settings.project);
  await client.choose('Target system', 'Drive');
  await client.box('Label').fill('ada');
  must((await client.box('Expected account').count()) === 0, 'nobody signs in');
  await client.box('Subject').fill('two words');
  await client.press('Next');
  await client.dialog.getByText('A subject is up to 255 printable characters').first().waitFor();
  await client.box('Subject').fill(settings.subject);
  await look('client');
  await client.press('Next');
  await client.renews('yes');
  await client.press('Finish');
  await client.dialog.getByText('No robot can use this client yet').waitFor();
});

await story('its page says for whom it is', async () => {
  await page.goto(LIST);
  await ready(page);
  await page.getByRole('link', {name: 'ada', exact: true}).click();
  await page.getByText('Signed assertion').first().waitFor();
  await page.getByText(settings.subject).first().waitFor();
});

const {violations, errors} = take(seen);
check('the policy was kept', violations.length === 0, violations.join('\n'));
const own = errors.filter((one) => !/Failed to load resource/.test(one));
check('the console ran without errors', own.length === 0, own.join('\n'));
await context.close();
