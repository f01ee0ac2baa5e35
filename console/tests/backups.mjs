// A backup is made in the console, fetched, and removed from the host.
//
// settings: user, password: of an administrator; file: where what is fetched goes to
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('backups');
const context = await openBrowser();
const {page, seen} = await openPage(context);
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const story = storiesOn(page, SHOTS);
const dialog = page.getByRole('dialog');

async function names() {
  const {items} = await page.evaluate(async () => (await fetch('/api/v1/backups')).json());
  return items.map(({name}) => name);
}

let made;
await story('a backup is made while the server serves, and is listed', async () => {
  await page.goto('/administration/backups');
  await ready(page);
  await page.getByText('Every 24 hours').waitFor();
  const before = await names();
  await page.getByRole('button', {name: 'Back up now'}).click();
  await page.getByText('The backup is there').waitFor({timeout: 60_000});
  made = (await names()).find((name) => !before.includes(name));
  await page.getByRole('row', {name: made}).waitFor();
  await look('list');
});

await story('it is fetched as it lies there', async () => {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name: `Download ${made}`}).click()]);
  check('under its name', file.suggestedFilename() === made, file.suggestedFilename());
  await file.saveAs(settings.file);
});

await story('it is removed after a question', async () => {
  await page.getByRole('button', {name: `Delete ${made}`}).click();
  await dialog.getByText('removed from this host for good', {exact: false}).waitFor();
  check('it is still there', (await names()).includes(made));
  await dialog.getByRole('button', {name: 'Delete', exact: true}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('row', {name: made}).waitFor({state: 'detached'});
  check('the host has it no more', !(await names()).includes(made));
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'backups', csp: violations.length, errors: errors.length});
await context.close();
