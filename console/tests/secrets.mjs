// Secrets as a person keeps them in the console: stored, replaced side by side, granted, deleted and brought back; and never shown again.
//
// settings: user, password: of an administrator; project, system, robot: names of what is there; robot_id; files: certificate and key of
// one pair (PEM), pkcs12 of another; pkcs12_password; values: what each secret is to hold, so that it can be looked up afterwards;
// viewer: somebody who may only look, {user, password}
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {must} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const LIST = '/repository/vault/secrets';
const SHOTS = await emptyShots('secrets');
const context = await openBrowser();
await context.grantPermissions(['clipboard-read', 'clipboard-write']);
const {page, seen} = await openPage(context);
const answers = [];
page.on('response', (answer) => answers.push(answer));
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const story = storiesOn(page, SHOTS, () => go(LIST));
const dialog = page.getByRole('dialog');
const box = (name) => dialog.getByRole('textbox', {name: new RegExp(`^${name}`)});
const rows = page.getByRole('grid', {name: 'Secrets'});
const row = (label) => rows.getByRole('row', {name: new RegExp(label)});
const toast = (words) => page.getByText(words).first().waitFor();

async function go(address) {
  await page.goto(address);
  await ready(page);
}

async function pick(name, text) {
  await dialog.getByRole('combobox', {name}).fill(text);
  await page.getByRole('option', {name: text}).first().click();
}

// Up to the value: of the first kind, where none is named.
async function begin(label, kind) {
  await go(LIST);
  await page.getByRole('button', {name: 'Add secret'}).first().click();
  // The only one there is, so it is chosen already.
  await page.waitForFunction((project) => [...document.querySelectorAll('[role=dialog] input')].some((one) => one.value === project), settings.project);
  await pick('Target system', settings.system);
  await box('Label').fill(label);
  if (kind) await dialog.getByRole('radio', {name: kind}).check();
}

async function add(label) {
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('heading', {name: label, level: 1}).waitFor();
  await ready(page);
}

async function openPageOf(label) {
  await go(LIST);
  await row(label).getByRole('link', {name: label}).click();
  await page.getByRole('heading', {name: label, level: 1}).waitFor();
  await ready(page);
}

const part = (name) => page.getByRole('region', {name});

await story('with none there, the page says what belongs here', async () => {
  await go(LIST);
  await page.getByRole('heading', {name: 'No secret yet'}).waitFor();
  await look('empty');
});

await story('a password is made in the window, shown before it is saved, and copied', async () => {
  await begin('batch user');
  await box('User name').fill('BATCH01');
  await dialog.getByRole('button', {name: 'Generate a password'}).first().click();
  const length = dialog.getByRole('spinbutton', {name: 'Length'});
  await length.fill('5');
  await dialog.getByText('A whole number from 8 to 256').waitFor();
  must(await dialog.getByRole('button', {name: 'Generate a password'}).last().isDisabled(), 'one of five characters is made');
  await length.fill('40');
  await dialog.getByRole('checkbox', {name: /^With symbols/}).uncheck();
  await dialog.getByRole('button', {name: 'Generate a password'}).last().click();
  const made = await dialog.getByRole('textbox', {name: 'Generated password'}).inputValue();
  check('it is as long as was asked for, and has no symbols', /^[A-Za-z0-9]{40}$/.test(made), `${made.length} characters`);
  await look('generator');
  await dialog.getByRole('button', {name: 'Copy: Generated password'}).click();
  check('what is copied is what is saved', await page.evaluate(() => navigator.clipboard.readText()) === made);
  // What robots are to get, so that it is known afterwards.
  await box('Password').fill(settings.values.password);
  await dialog.getByRole('textbox', {name: 'Generated password'}).waitFor({state: 'detached'});
  await dialog.locator('input[type=date]').fill(settings.soon);
  await box('Notes').fill('Changed by IT each spring.');
  await box('Owner').first().fill('Ada');
  await add('batch user');
  await toast('No robot can read it yet');
  await part('Current value').getByText('Robots get it.').waitFor();
  await look('page');
});

await story('it is nowhere to be seen again', async () => {
  const shown = await page.content();
  check('the page does not hold it', !shown.includes(settings.values.password));
  await page.getByRole('button', {name: 'Edit'}).click();
  await dialog.getByText('Stored. It is never shown').waitFor();
  check('the window has dots for it', !(await box('Password').inputValue()).includes(settings.values.password));
  await look('edit');
  await box('Notes').fill('Changed by IT each autumn.');
  await dialog.getByRole('button', {name: 'Save'}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByText('Changed by IT each autumn.').waitFor();
});

await story('a certificate comes as two files, and says itself when it ends', async () => {
  await begin('signing', /^Certificate with key/);
  must(await dialog.locator('input[type=date]').count() === 0, 'a day is asked for beside the certificate');
  await dialog.locator('input[type=file]').first().setInputFiles(settings.files.certificate);
  await dialog.getByText('The file above holds no private key').waitFor();
  must(await dialog.getByRole('button', {name: 'Add', exact: true}).isDisabled(), 'it is saved without a key');
  await dialog.locator('input[type=file]').last().setInputFiles(settings.files.certificate);
  await dialog.getByText('There is no private key in this file.').waitFor();
  await dialog.locator('input[type=file]').last().setInputFiles(settings.files.key);
  await look('certificate');
  await add('signing');
  await part('Current value').getByText('Certificate of').waitFor();
});

await story('or as one file with a passphrase, and a wrong one is said at its field', async () => {
  await begin('mutual TLS', /^Certificate with key/);
  await dialog.locator('input[type=file]').first().setInputFiles(settings.files.pkcs12);
  await box('Passphrase').fill('another');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.getByRole('alert').or(dialog.getByText('This could not be saved')).first().waitFor();
  await page.waitForFunction(() => document.activeElement?.closest('[data-pointer]') !== null);
  await box('Passphrase').fill(settings.pkcs12_password);
  await add('mutual TLS');
});

await story('a text has several lines, an API key has one', async () => {
  await begin('settings of ssh', /^Free text/);
  await box('Text').fill(settings.values.text);
  await add('settings of ssh');
  await begin('key of the API', /^API key/);
  await box('API key').fill(settings.values.api_key);
  await add('key of the API');
});

await story('a label is there but once, and the window says so at its field', async () => {
  await begin('batch user');
  await box('Password').fill('x');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.getByText(/could not be saved: Label/).waitFor();
  await look('taken');
  await dialog.getByRole('button', {name: 'Cancel'}).click();
  await page.getByRole('button', {name: 'Discard'}).click();
  await dialog.waitFor({state: 'detached'});
});

await story('the list is filtered by the server, and warns of what ends soon', async () => {
  await go(LIST);
  await row('settings of ssh').waitFor();
  check('all five are there', await rows.getByRole('row').count() === 6, await rows.getByRole('row').count());
  await look('list');
  await page.getByRole('button', {name: 'Kind: Any kind'}).click();
  await page.getByRole('option', {name: 'Certificate with key'}).click();
  await page.waitForURL(/kind=certificate/);
  await row('batch user').waitFor({state: 'detached'});
  await row('signing').waitFor();
  await page.getByRole('button', {name: 'Kind: Certificate with key'}).click();
  await page.getByRole('option', {name: 'Any kind'}).click();
  await page.getByRole('button', {name: 'State: Not deleted'}).click();
  await page.getByRole('option', {name: 'Expires within 30 days'}).click();
  await page.waitForURL(/state=expiring/);
  await row('settings of ssh').waitFor({state: 'detached'});
  await row('batch user').waitFor();
  await go(`${LIST}?filter=api`);
  await row('key of the API').waitFor();
  must(await rows.getByRole('row').count() === 2, 'the filter lets others through');
});

await story('the next value waits beside the current one, and the page says what robots get', async () => {
  await openPageOf('batch user');
  await page.getByRole('button', {name: 'Add the next value'}).click();
  await box('Password').fill(settings.values.next);
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await part('Next value').getByText('It waits.').waitFor();
  check('a third is not offered', await page.getByRole('button', {name: 'Add the next value'}).count() === 0);
  await look('two-values');
});

await story('it is made current; the one of before stays until it is dropped', async () => {
  await part('Next value').getByRole('button', {name: 'Make it current'}).click();
  await part('Value of before').waitFor();
  await toast('Robots get this value from now on');
  await part('Value of before').getByRole('button', {name: 'Drop'}).click();
  await dialog.getByText('once the target system takes the current value').waitFor();
  await look('drop');
  await dialog.getByRole('button', {name: 'Drop'}).click();
  await part('Value of before').waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'Add the next value'}).waitFor();
});

await story('a robot is let in, and either page says so', async () => {
  await page.getByRole('tab', {name: 'Who can read it'}).click();
  await page.getByRole('heading', {name: 'No robot can read it yet'}).waitFor();
  await page.getByRole('button', {name: 'Grant access'}).first().click();
  await pick('Robot', settings.robot);
  await look('grant');
  await dialog.getByRole('button', {name: 'Grant access'}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('link', {name: new RegExp(settings.robot)}).waitFor();
  await look('readers');
  await go(`/repository/robots/${settings.robot_id}`);
  await page.getByRole('grid', {name: 'Secrets that it can read'}).getByRole('link', {name: 'batch user'}).waitFor();
  await look('robot');
});

await story('from the robot’s page too, by a path', async () => {
  await page.getByRole('button', {name: 'Grant access'}).last().click();
  await pick('Secret', 'settings of ssh');
  await dialog.getByRole('radio', {name: /^All robots under/}).check();
  await box('Path pattern').fill('finance/**');
  await dialog.getByText(/Fits \d+ of/).waitFor();
  await dialog.getByRole('button', {name: 'Grant access'}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'Revoke: settings of ssh'}).click();
  await dialog.getByText('Robots that no other rule lets in can read it no more').waitFor();
  await dialog.getByRole('button', {name: 'Revoke'}).click();
  await page.getByRole('button', {name: 'Revoke: settings of ssh'}).waitFor({state: 'detached'});
});

await story('how a robot asks stands there to copy', async () => {
  await openPageOf('batch user');
  await page.getByRole('tab', {name: 'Use it'}).click();
  await page.getByText('/api/v1/lookup/secrets').first().waitFor();
  await look('use');
  await page.getByRole('tab', {name: 'History'}).click();
  await page.getByText('Value of a secret replaced').first().waitFor();
});

await story('what is deleted names who loses it, is looked at, and comes back', async () => {
  await page.getByRole('button', {name: 'Delete'}).click();
  await dialog.getByText(settings.robot).waitFor();
  await look('delete');
  await dialog.getByRole('button', {name: 'Delete'}).click();
  await toast('batch user deleted');
  await page.getByRole('button', {name: 'Undo'}).click();
  await toast('batch user is back');
  await openPageOf('settings of ssh');
  const address = new URL(page.url()).pathname;
  await page.getByRole('button', {name: 'Delete'}).click();
  await dialog.getByRole('button', {name: 'Delete'}).click();
  await dialog.waitFor({state: 'detached'});
  await go(`${LIST}?state=deleted`);
  await page.getByRole('grid').getByText('settings of ssh').waitFor();
  await go(address);
  await page.getByRole('heading', {name: /It was deleted/}).waitFor();
  await look('deleted');
  await page.getByRole('button', {name: 'Restore'}).click();
  await page.getByRole('button', {name: 'Edit'}).waitFor();
});

await story('somebody who may only look is offered nothing else', async () => {
  const other = await openBrowser();
  const {page: theirs} = await openPage(other);
  await signIn(theirs, settings.viewer.user, settings.viewer.password);
  await theirs.goto(LIST);
  await ready(theirs);
  await theirs.getByRole('link', {name: 'batch user'}).waitFor();
  check('nothing is added by them', await theirs.getByRole('button', {name: 'Add secret'}).count() === 0);
  await theirs.getByRole('link', {name: 'batch user'}).click();
  await theirs.getByRole('heading', {name: 'batch user', level: 1}).waitFor();
  await ready(theirs);
  for (const name of ['Edit', 'Delete', 'Add the next value', 'Make it current']) {
    check(`${name} is not offered to them`, await theirs.getByRole('button', {name}).count() === 0);
  }
  await other.close();
});

await story('no answer of the server held a value', async () => {
  const held = [];
  for (const answer of answers) {
    if (!answer.url().includes('/api/')) continue;
    const body = await answer.text().catch(() => '');
    if (Object.values(settings.values).some((value) => body.includes(value) || body.includes(JSON.stringify(value).slice(1, -1)))) held.push(answer.url());
  }
  must(answers.length > 50, 'nothing was listened to');
  must(held.length === 0, held.join(' '));
});

const {violations, errors} = take(seen);
check('the policy was kept', violations.length === 0, violations.join('\n'));
const own = errors.filter((one) => !/Failed to load resource/.test(one));
check('nothing went wrong in the page', own.length === 0, own.join('\n'));
await context.close();
say({measure: 'secrets'});
