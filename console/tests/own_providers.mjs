// Service providers of an organisation's own: added from a text or a file, mended where it is wrong, changed and deleted.
//
// settings: user, password: of an administrator; text: a provider file; file: the path of another one.
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const PAGE = '/administration/service-providers';
const shots = await emptyShots('own-providers');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const look = looksAt(page, shots);
const story = storiesOn(page, shots, () => go().then(() => take(seen)));
let policy = 0;

const dialog = () => page.getByRole('dialog').last();
const press = (name) => dialog().getByRole('contentinfo').getByRole('button', {name, exact: true}).click();
const text = () => dialog().getByRole('textbox', {name: 'Provider file', exact: true});
const card = (name) => page.getByRole('region', {name, exact: true});

function sound(where) {
  const {violations, errors} = take(seen);
  policy += violations.length;
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
}

async function go(address = PAGE) {
  await page.goto(address);
  await ready(page);
}

await signIn(page, settings.user, settings.password);

await story('what is wrong is shown with its line and a caret', async () => {
  await go();
  await page.getByRole('button', {name: 'Add your own'}).click();
  await page.waitForURL(`**${PAGE}/new`);
  check('nothing is added without a text', await dialog().getByRole('button', {name: 'Add', exact: true}).isDisabled());
  await text().fill(settings.text.replace('"client_credentials"', '"client_credential"'));
  await press('Add');
  await dialog().getByText('Not saved: /grants/0').waitFor();
  const [line, caret] = (await dialog().locator('pre').innerText()).split('\n');
  check('the caret stands below the value', caret.indexOf('^') === line.indexOf('"client_credential"'), `${line}\n${caret}`);
  check('it is said what would be right', (await dialog().innerText()).includes('"client_credentials"'));
  take(seen);  // the browser writes a line of its own about the refusal
  await look('mistake');
});

await story('a text that is right is added at once', async () => {
  await text().fill(settings.text);
  await press('Add');
  await dialog().waitFor({state: 'detached'});
  await card('Own typed').getByText('Your own', {exact: true}).waitFor();
  await page.getByText('“Own typed” counts from now on.').waitFor();
  check('built-in ones are not marked', await card('GitHub').getByText('Your own').count() === 0);
  sound('adding one');
});

await story('a file is added as it is', async () => {
  await page.getByRole('button', {name: 'Add your own'}).click();
  await dialog().locator('input[type=file]').setInputFiles(settings.file);
  await page.waitForFunction(() => document.querySelector('[role=dialog] textarea')?.value.includes('"picked"'));
  await press('Add');
  await dialog().waitFor({state: 'detached'});
  await card('Own picked').waitFor();
  sound('adding a file');
});

await story('one is changed', async () => {
  await card('Own typed').getByRole('button', {name: 'Edit Own typed'}).click();
  await page.waitForURL(`**${PAGE}/typed`);
  check('the text is as it was given', await text().inputValue() === settings.text);
  await text().fill(settings.text.replace('"Own typed"', '"Own changed"'));
  await press('Save');
  await dialog().waitFor({state: 'detached'});
  await card('Own changed').waitFor();
  sound('changing one');
});

await story('one is deleted', async () => {
  await card('Own changed').getByRole('button', {name: 'Delete Own changed'}).click();
  await dialog().getByText('Delete Own changed?').waitFor();
  await press('Delete');
  await page.getByRole('dialog').waitFor({state: 'detached'});  // it hides what stands behind it
  await card('Own picked').waitFor();
  await card('Own changed').waitFor({state: 'detached'});
  await page.getByRole('textbox', {name: 'Find a service provider'}).or(page.getByRole('searchbox')).first().fill('Own');
  await look('own');
  sound('deleting one');
});

await context.close();
say({measure: 'own-providers', csp: policy});
