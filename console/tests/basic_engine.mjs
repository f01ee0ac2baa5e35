// Basic Engine Robots: what they take as input and what is in the way, who takes a client, and the switch that forbids all of it.
//
// settings: user, password: of an administrator; project: an id; robot: the id of a Basic Engine Robot without inputs;
// mail, files: labels of clients, of which the first has its box ticked and the second not; files_id: the id of the second
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('basic-engine');
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
const inputs = page.getByRole('grid', {name: 'Inputs'});
const row = (name) => inputs.getByRole('row', {name: new RegExp(name)});

async function go(address) {
  await page.goto(address);
  await ready(page);
}
async function pickClient(label) {
  await dialog.getByRole('combobox', {name: 'OAuth client'}).fill(label);
  await page.getByRole('option', {name: new RegExp(label)}).first().click();
}

await go(home);

await story('an input is added, with a warning that it goes past the rules', async () => {
  await page.getByText('It takes no OAuth client yet.').waitFor();
  await page.getByRole('button', {name: 'Add input'}).click();
  await dialog.getByText('What is delivered goes past the rules of robot access').waitFor();
  await dialog.getByRole('textbox', {name: 'Input'}).fill('mail');
  await pickClient(settings.mail);
  await look('add-input');
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await row('mail').getByText('Delivered', {exact: true}).waitFor();
  await page.getByText(/Input .*mail.* added/).first().waitFor();
});

await story('a name that is there already is an error at the name', async () => {
  await page.getByRole('button', {name: 'Add input'}).click();
  await dialog.getByRole('textbox', {name: 'Input'}).fill('Mail');
  await pickClient(settings.mail);
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await dialog.getByText('This could not be saved: Input').waitFor();
  // The browser writes a line of its own about the refusal.
  take(seen);
  await page.keyboard.press('Escape');
  await page.getByRole('button', {name: 'Discard'}).click();
});

await story('a client whose box is not ticked leads to its box, and is taken then', async () => {
  await page.getByRole('button', {name: 'Add input'}).click();
  await dialog.getByRole('textbox', {name: 'Input'}).fill('files');
  await pickClient(settings.files);
  const link = dialog.getByRole('link', {name: `Tick its box first: ${settings.files}`});
  await link.waitFor();
  check('it cannot be added yet', await dialog.getByRole('button', {name: 'Add', exact: true}).isDisabled());
  await look('box-not-ticked');
  const address = await link.getAttribute('href');
  check('the link leads to the window of the client', address === `/repository/vault/oauth-clients/${settings.files_id}/edit`, address);
  await go(address);
  const box = dialog.getByRole('checkbox', {name: /^Allow access for Basic Engine Robots/});
  await box.check();
  await dialog.getByText('nobody renews a token during a run').waitFor();
  await dialog.getByRole('button', {name: 'Next'}).click();
  await dialog.getByRole('tab', {name: 'Retrieve access tokens', selected: true}).waitFor();
  await go(home);
  await page.getByRole('button', {name: 'Add input'}).click();
  await dialog.getByRole('textbox', {name: 'Input'}).fill('files');
  await pickClient(settings.files);
  await dialog.getByRole('button', {name: 'Add', exact: true}).click();
  await row('files').getByText('Delivered', {exact: true}).waitFor();
  await look('inputs');
});

await story('all clients with the box are one filter away, with who takes them', async () => {
  await go(`/repository/vault/oauth-clients?project=${settings.project}`);
  await page.getByRole('checkbox', {name: 'Delivered to Basic Engine Robots'}).check();
  await page.waitForURL(/basic_engine=true/);
  await ready(page);
  const list = page.getByRole('grid', {name: 'OAuth clients'});
  await list.getByRole('row', {name: new RegExp(settings.mail)}).getByRole('link', {name: /old\/Legacy/}).waitFor();
  await list.getByRole('row', {name: new RegExp(settings.files)}).getByRole('link', {name: /old\/Legacy/}).waitFor();
  await look('report');
});

await story('the switch forbids it, and the robot’s page and the box say so', async () => {
  await go('/administration/server');
  await page.getByText('Forbid delivery to Basic Engine Robots', {exact: true}).click();
  await page.getByText('Delivery to Basic Engine Robots is forbidden').waitFor();
  await look('forbidden');
  await go(home);
  await row('mail').getByText('This server is set to deliver nothing to Basic Engine Robots.').waitFor();
  await go(`/repository/vault/oauth-clients/${settings.files_id}/edit`);
  await dialog.getByText('This server is set to deliver nothing to Basic Engine Robots').waitFor();
  await dialog.getByText('Taken as input by').waitFor();
  await look('box-forbidden');
  await go('/administration/server');
  check('it is on after coming back', await page.getByRole('switch', {name: 'Forbid delivery to Basic Engine Robots'}).isChecked());
  await page.getByText('Forbid delivery to Basic Engine Robots', {exact: true}).click();
  await page.getByText('Delivery to Basic Engine Robots is allowed').waitFor();
});

await story('an input is taken away', async () => {
  await go(home);
  await page.getByRole('button', {name: 'Remove input mail'}).click();
  await page.getByRole('button', {name: 'Remove', exact: true}).last().click();
  await row('mail').waitFor({state: 'detached'});
});

const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
check('it runs without errors', errors.length === 0, errors.join('\n'));
say({measure: 'basic_engine', csp: violations.length, errors: errors.length});
await context.close();
