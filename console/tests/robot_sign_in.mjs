// How a robot signs in, as a person sets it up: keys with limits, workload identities, certificates, and what a runner runs.
//
// settings: user, password: of an administrator; robot, label: whose keys they are, and a client of its project
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

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'robot_sign_in', csp: violations.length, errors: errors.length});
await context.close();
