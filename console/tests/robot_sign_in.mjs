// How a robot signs in, as a person sets it up: keys with limits, workload identities, certificates, and what a runner runs.
//
// settings: user, password: of an administrator; robot, label: whose keys they are, and a client of its project; runner: another robot, by
// its id; issuer, sub, address, ca_pem: whose tokens let the robot in, and where its keys are; fingerprint: of that CA
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('robot-sign-in');
const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const home = `/repository/robots/${settings.robot}`;
const story = storiesOn(page, SHOTS, async () => {
  await page.goto(home);
  await ready(page);
});
const dialog = page.getByRole('dialog');

// Chooses what is typed in the picker of that name.
async function pick(label, typed) {
  await dialog.getByRole('combobox', {name: label}).fill(typed);
  await page.getByRole('option', {name: typed}).first().click();
}
// The limits of an open window: from one range, five times, one client, on office days.
async function limit() {
  await dialog.getByRole('textbox', {name: 'Only from these addresses'}).fill('127.0.0.0/8');
  await dialog.getByRole('textbox', {name: 'Only so many times'}).fill('5');
  await pick('Only these OAuth clients', settings.label);
  await dialog.getByRole('checkbox', {name: 'Only at certain times'}).check();
  for (const day of ['Monday', 'Friday']) await dialog.getByRole('checkbox', {name: day}).check();
  await dialog.getByLabel('Time zone').selectOption('Europe/Berlin');
}

await page.goto(home);
await ready(page);

await story('what is wrong with a limit is said at its field', async () => {
  await page.getByRole('button', {name: 'Create key with limits'}).click();
  await dialog.getByRole('textbox', {name: 'Only from these addresses'}).fill('10.0.0.1/8');
  await dialog.getByRole('textbox', {name: 'Only so many times'}).fill('none');
  await dialog.getByText('This must be a whole number, 1 or more.').waitFor();
  await dialog.getByRole('textbox', {name: 'Only so many times'}).fill('');
  await dialog.getByRole('button', {name: 'Create key', exact: true}).click();
  await dialog.getByText('This could not be saved: Only from these addresses').waitFor();
  take(seen);
  await dialog.getByRole('button', {name: 'Close 10.0.0.1/8'}).or(dialog.getByRole('button', {name: /10\.0\.0\.1\/8/})).first().click();
});

await story('a key with limits is made, shown once, and its limits stand in the list', async () => {
  await limit();
  await look('key-limits');
  await dialog.getByRole('button', {name: 'Create key', exact: true}).click();
  const box = page.getByRole('textbox', {name: 'Robot key'});
  const key = await box.inputValue();
  check('it is a robot key', key.startsWith('srk_robot_'));
  await page.getByRole('button', {name: 'I have stored it'}).click();
  check('it is not in the page any more', !(await page.content()).includes(key));
  const row = page.getByRole('grid', {name: 'Keys'}).getByRole('row', {name: /127\.0\.0\.0\/8/});
  await row.getByText('5 of 5 uses left').waitFor();
  await row.getByText('Mon, Fri, 08:00–18:00 Europe/Berlin').waitFor();
  await row.getByText(settings.label).waitFor();
  await row.getByText('Never').waitFor();
});

await story('where two keys live the page says how far the replacement is', async () => {
  await page.getByRole('heading', {name: 'The newer key has not been used yet'}).waitFor();
  await ready(page);
  await look('keys');
});

const identities = page.getByRole('grid', {name: 'Without a key'});

await story('a platform fills in what its tokens say, and says what to put where', async () => {
  await page.getByRole('button', {name: 'Add workload identity'}).click();
  await dialog.getByRole('button', {name: 'GitHub Actions'}).click();
  check('its issuer', await dialog.getByRole('textbox', {name: 'Issuer'}).inputValue() === 'https://token.actions.githubusercontent.com');
  check('its claims', await dialog.getByRole('textbox', {name: 'Claim 1', exact: true}).inputValue() === 'repository');
  await dialog.getByText('id-token: write').waitFor();
  await look('github');
  await dialog.getByRole('button', {name: 'GitLab CI'}).click();
  await dialog.getByText('id_tokens:').waitFor();
  check('its audience', await dialog.getByRole('textbox', {name: 'Audience'}).inputValue() === settings.origin);
});

await story('what is wrong with an identity is said at its field, folded away or not', async () => {
  await dialog.getByRole('button', {name: 'Kubernetes'}).click();
  const issuer = dialog.getByRole('textbox', {name: 'Issuer'});
  await issuer.fill('http://insecure.example');
  const value = dialog.getByRole('textbox', {name: 'Claim 1 must be'});
  const add = dialog.getByRole('button', {name: 'Add', exact: true});
  check('without a claim it is not sent', await add.isDisabled());
  await value.fill('*');
  await add.click();
  await dialog.getByText('This could not be saved: Issuer').waitFor();
  await issuer.fill(settings.issuer);
  await add.click();
  await dialog.getByText('This could not be saved: What the token must say besides').waitFor();
  await value.fill(settings.sub);
  await dialog.getByRole('button', {name: 'Limits'}).click();
  await dialog.getByRole('textbox', {name: 'Only from these addresses'}).fill('nowhere');
  await dialog.getByRole('button', {name: 'Limits'}).click();
  await add.click();
  await dialog.getByText('This could not be saved: Only from these addresses').waitFor();
  await dialog.getByRole('button', {name: /nowhere/}).click();
  take(seen);
});

await story('a file that is no certificate is not taken', async () => {
  await dialog.getByRole('button', {name: 'Where its keys are'}).click();
  const file = dialog.locator('input[type=file]');
  await file.setInputFiles({name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing')});
  await dialog.getByText('There is no certificate in this file.').waitFor();
  await file.setInputFiles({name: 'ca.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(settings.ca_pem)});
  await dialog.getByText('There is no certificate in this file.').waitFor({state: 'detached'});
});

await story('workload tokens of one issuer let it in', async () => {
  await dialog.getByRole('textbox', {name: 'Allowed addresses'}).fill(settings.address);
  await dialog.getByRole('button', {name: 'Limits'}).scrollIntoViewIfNeeded();
  await look('kubernetes');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  const row = identities.getByRole('row', {name: /Workload token/});
  await row.getByText(`sub is ${settings.sub}`).waitFor();
  await row.getByText('Lives', {exact: true}).waitFor();
});

await story('a certificate is bound to its CA, whose fingerprint is read from the file', async () => {
  await page.getByRole('button', {name: 'Add client certificate'}).click();
  await dialog.locator('input[type=file]').setInputFiles({name: 'ca.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(settings.ca_pem)});
  await page.waitForFunction((wanted) => document.querySelector('[data-pointer="/ca_sha256"]').value === wanted, settings.fingerprint);
  await dialog.getByRole('radio', {name: 'A DNS name'}).check();
  await dialog.getByRole('textbox', {name: 'DNS name'}).fill('reader.example');
  await look('certificate');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await identities.getByText('DNS name reader.example').waitFor();
  await identities.scrollIntoViewIfNeeded();
  await look('identities');
});

await story('an identity is revoked after a question that says which it is', async () => {
  await identities.getByRole('row', {name: /Client certificate/}).getByRole('button', {name: /^Revoke/}).click();
  await dialog.getByText('DNS name reader.example').waitFor();
  await dialog.getByRole('button', {name: 'Revoke', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await identities.getByRole('row', {name: /Client certificate/}).getByText(/^Revoked/).waitFor();
});

await story('a robot becomes a runner, and says whom it looks up for', async () => {
  await page.goto(`/repository/robots/${settings.runner}/edit`);
  await dialog.getByRole('radio', {name: /^Runner/}).check();
  const paths = dialog.getByRole('textbox', {name: 'May look up for robots under'});
  await paths.fill('../up');
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.getByText('This could not be saved: May look up for robots under').waitFor();
  take(seen);
  await dialog.getByRole('button', {name: /\.\.\/up/}).click();
  await paths.fill('finance/invoices');
  await paths.press('Enter');
  await paths.fill('hr');
  await paths.press('Enter');
  await look('runner');
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByText('finance/invoices, hr').waitFor();
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'robot_sign_in', csp: violations.length, errors: errors.length});
await context.close();
