// Users, groups and roles: an administrator makes them, and the new person finds what they were given and nothing else.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {LOOKS, SHOTS, THEMES, WIDE, axe, check, openBrowser, openPage, pickAction, ready, say, settings, settled, signIn, take} from './bed.mjs';

const context = await openBrowser();
const {page, seen} = await openPage(context);
await mkdir(SHOTS, {recursive: true});
await signIn(page, settings.user, settings.password);
let axeFound = 0;
let policy = 0;

async function shot(name) {
  await page.screenshot({path: path.join(SHOTS, `people-${name}.png`), fullPage: true});
}

// What must hold wherever one is, in every theme, and narrow: the policy, no errors, WCAG.
async function sound(where) {
  for (const {theme, size} of LOOKS) {
    await page.emulateMedia({...THEMES[theme], reducedMotion: 'reduce'});
    await page.setViewportSize(size);
    const {found} = await axe(page);
    axeFound += found.length;
    check(`${where} keeps WCAG, ${theme} ${size.width}`, found.length === 0, JSON.stringify(found, null, 1));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${where} fits the window, ${theme} ${size.width}`, overflow <= 0, `${overflow} px too wide`);
    if (theme !== 'contrast') await shot(`${where}-${theme}-${size.width}`);
  }
  await page.emulateMedia({...THEMES.light, reducedMotion: 'reduce'});
  await page.setViewportSize(WIDE);
  await settled(page);
  const {violations, errors} = take(seen);
  policy += violations.length;
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
}

async function go(address) {
  await page.goto(address);
  await ready(page);
}

async function pick(label, typed) {
  await page.getByRole('combobox', {name: label}).fill(typed);
  await page.getByRole('option', {name: typed}).first().click();
}

async function step(name, run) {
  try {
    await run();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack ?? error);
    await shot(`failed-${name.replaceAll(/\W+/g, '-')}`);
    take(seen);
  }
}

let initial = '';

await step('a role of one’s own is made out of a built-in one', async () => {
  await go('/administration/roles');
  await sound('roles');
  const actions = page.getByRole('button', {name: 'Actions for Viewer'});
  await actions.click();
  check('a built-in role is not edited', await page.getByRole('menuitem', {name: 'Edit'}).count() === 0);
  await pickAction(actions, 'Duplicate');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', {name: 'Name'}).fill('Help desk');
  await dialog.getByRole('checkbox', {name: 'Disable', exact: true}).check();
  await sound('role-window');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('columnheader', {name: /Help desk/}).waitFor();
  check('the matrix says what it allows', await page.getByRole('img', {name: 'Help desk allows it', exact: true}).count() === 2);
});

await step('a user is made, and the password is shown once', async () => {
  await go('/administration/users');
  await sound('users');
  await page.getByRole('button', {name: 'Add user'}).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', {name: 'Name', exact: true}).fill(settings.user);
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByText('This could not be saved: Name').waitFor();
  take(seen);  // the browser writes a line of its own about the refusal
  await dialog.getByRole('textbox', {name: 'Name', exact: true}).fill('ada');
  await dialog.getByRole('textbox', {name: 'Full name'}).fill('Ada Lovelace');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  const box = page.getByRole('textbox', {name: 'Initial password'});
  await box.waitFor();
  initial = await box.inputValue();
  check('there is a password', initial.length >= 12);
  await page.getByRole('button', {name: 'I have passed it on'}).click();
  await page.getByRole('heading', {name: 'ada', level: 1}).waitFor();
  check('it is not in the page any more', !(await page.content()).includes(initial));
  await page.getByText('Nothing yet: put them into a group that has a role.').waitFor();
});

await step('a group is made, with its member and its role in one project', async () => {
  await go('/administration/groups/new');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', {name: 'Name'}).fill('Desk of finance');
  await sound('group-window');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('heading', {name: 'Desk of finance', level: 1}).waitFor();
  await pick('Person', 'ada');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('button', {name: 'Remove ada'}).waitFor();
  await page.getByRole('button', {name: 'Give a role'}).click();
  await page.getByRole('combobox', {name: 'Role'}).selectOption({label: 'Help desk'});
  await pick('Project', settings.project);
  await sound('grant-role');
  await page.getByRole('dialog').getByRole('button', {name: 'Give'}).click();
  await page.getByRole('button', {name: /^Take away: Help desk in/}).waitFor();
  await ready(page);
  await sound('group');
  await go('/administration/groups');
  await sound('groups');
});

await step('a role that a group has is not deleted', async () => {
  await go('/administration/roles');
  await pickAction(page.getByRole('button', {name: 'Actions for Help desk'}), 'Delete');
  await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
  await page.getByRole('dialog').getByText(/Danger alert/).waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  take(seen);
});

await step('the last administrator stays', async () => {
  await go(`/administration/users/${settings.user_id}`);
  await page.getByRole('button', {name: 'Disable', exact: true}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Disable'}).click();
  await page.getByRole('dialog').getByText(/Danger alert/).waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Cancel'}).click();
  await page.getByText('Active', {exact: true}).waitFor();
  take(seen);
});

const other = await openBrowser();
const theirs = await openPage(other);

await step('the new person changes the password and sees their own project alone', async () => {
  await signIn(theirs.page, 'ada', initial);
  const status = await theirs.page.evaluate(async (word) => {
    const {csrf_token: token} = await (await fetch('/api/v1/session')).json();
    const answer = await fetch('/api/v1/session/password', {
      method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRF-Token': token},
      body: JSON.stringify({current_password: word, new_password: `${word}-their-own`})});
    return answer.status;
  }, initial);
  check('the password is changed', status === 200, status);
  await theirs.page.goto('/repository/projects');
  await theirs.page.getByText(settings.project, {exact: true}).first().waitFor();
  await ready(theirs.page);
  check('the other project is not shown', await theirs.page.getByText(settings.foreign, {exact: true}).count() === 0);
  check('projects cannot be added', await theirs.page.getByRole('button', {name: 'Add project'}).count() === 0);
});

await step('their page says where they may do what, and their session is ended', async () => {
  await go('/administration/users?filter=ada');
  await page.getByRole('link', {name: 'ada'}).click();
  // By what it shows: to who hears it, the name of its list of labels stands for the labels.
  const line = page.getByRole('row').filter({hasText: settings.project});
  await line.getByText('See', {exact: true}).waitFor();
  await line.getByText('Disable', {exact: true}).waitFor();
  await ready(page);
  await sound('user');
  await page.getByRole('button', {name: 'End session 1'}).click();
  await page.getByText('Signed in nowhere.').waitFor();
  const status = await theirs.page.evaluate(async () => (await fetch('/api/v1/session')).status);
  check('the session is over', status === 401, status);
});

await step('who is disabled does not sign in', async () => {
  await page.getByRole('button', {name: 'Disable', exact: true}).click();
  await page.getByText(/API keys are revoked for good/).waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Disable'}).click();
  await page.getByText('Disabled', {exact: true}).waitFor();
  const refused = await signIn(theirs.page, 'ada', `${initial}-their-own`).then(() => '', (error) => error.message);
  check('signing in is refused', /answered 40[13]/.test(refused), refused);
});

await step('deleting says what ends', async () => {
  await page.getByRole('button', {name: 'Delete', exact: true}).click();
  await page.getByText(/memberships end with them/).waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
  await page.waitForURL(/administration\/users$/);
  await ready(page);
  check('the user is gone', await page.getByRole('link', {name: 'ada', exact: true}).count() === 0);
  const {violations, errors} = take(seen);
  policy += violations.length;
  check('nothing went wrong on the way', errors.length === 0, errors.join('\n'));
});

await other.close();
await context.close();
say({measure: 'people', csp: policy, axe: axeFound});
