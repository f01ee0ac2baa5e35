// API keys: one's own are made, shown once and revoked; who manages them sees those of everybody.
//
// settings: user, password, user_id: of an administrator; project: the name of one
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const shots = await emptyShots('own-keys');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const story = storiesOn(page, shots);
const look = looksAt(page, shots);
let key = '';
let policy = 0;

const dialog = () => page.getByRole('dialog').last();
const press = (name) => dialog().getByRole('button', {name, exact: true}).click();

function sound(where) {
  const {violations, errors} = take(seen);
  policy += violations.length;
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
}

// What the server answers to a request with that key.
async function statusWith(bearer, path) {
  const {origin} = new URL(page.url());
  const answer = await page.evaluate(async ([address, secret]) => {
    const got = await fetch(address, {headers: {Authorization: `Bearer ${secret}`}, credentials: 'omit'});
    return got.status;
  }, [`${origin}${path}`, bearer]);
  take(seen);  // the browser writes a line of its own about a refusal
  return answer;
}

await signIn(page, settings.user, settings.password);

await story('without a key, the page says what one is for', async () => {
  await page.goto('/account/api-keys');
  await ready(page);
  await page.getByText('You have none.').waitFor();
  await look('none');
  sound('no key');
});

await story('a key is made for one project and shown once', async () => {
  await page.getByRole('button', {name: 'Create API key'}).click();
  check('180 days are offered first', await dialog().getByRole('combobox', {name: /^How long it works/}).inputValue() === '180');
  check('none without an end is offered', await dialog().getByRole('option', {name: 'Until it is revoked'}).count() === 0);
  check('nothing is made without a permission', await dialog().getByRole('button', {name: 'Create API key'}).isDisabled());
  await dialog().getByRole('textbox', {name: /^Name/}).fill('nightly report');
  await dialog().getByRole('combobox', {name: /^How long it works/}).selectOption('own');
  await dialog().getByRole('textbox', {name: /^Number of days/}).fill('4000');
  await dialog().getByText('Enter a whole number from 1 to 3,650.').waitFor();
  await dialog().getByRole('textbox', {name: /^Number of days/}).fill('7');
  await dialog().getByRole('radio', {name: 'In these projects alone'}).check();
  await dialog().getByRole('combobox', {name: 'Project'}).fill(settings.project);
  await page.getByRole('option', {name: settings.project}).click();
  await dialog().getByRole('checkbox', {name: 'See', exact: true}).check();
  await look('window');
  await press('Create API key');
  const box = page.getByRole('textbox', {name: 'API key'});
  await box.waitFor();
  key = await box.inputValue();
  check('it is a key', /^srk_user_[0-9A-Za-z]+$/.test(key));
  await look('shown-once');
  await press('I have stored it');
  const line = page.getByRole('row').filter({hasText: 'nightly report'});
  await line.getByText(settings.project, {exact: true}).waitFor();
  await line.getByText('Ends soon', {exact: true}).waitFor();
  check('it is not in the page any more', !(await page.content()).includes(key));
  check('it opens', await statusWith(key, '/api/v1/projects') === 200);
  await ready(page);
  await look('one');
  sound('making a key');
});

await story('who manages them sees those of everybody, and of one person', async () => {
  await page.goto('/administration/api-keys');
  await ready(page);
  const line = page.getByRole('row').filter({hasText: 'nightly report'});
  await line.waitFor();
  await look('all');
  await line.getByRole('link', {name: settings.user}).click();
  await page.waitForURL(`**/administration/api-keys?user=${settings.user_id}`);
  await page.getByText(`Those of \u2068${settings.user}\u2069`).waitFor();
  await line.waitFor();
  await ready(page);
  await look('of-one');
  await page.getByRole('button', {name: 'Show those of everybody'}).click();
  await page.waitForURL('**/administration/api-keys');
  await page.goto(`/administration/users/${settings.user_id}`);
  await page.getByRole('button', {name: 'Revoke nightly report'}).waitFor();
  await ready(page);
  await look('user');
  sound('administration');
});

await story('a key that is revoked opens nothing any more', async () => {
  await page.goto('/account/api-keys');
  await page.getByRole('button', {name: 'Revoke nightly report'}).click();
  await look('revoke');
  await press('Revoke');
  const line = page.getByRole('row').filter({hasText: 'nightly report'});
  await line.getByText('Revoked', {exact: true}).waitFor();
  check('it cannot be revoked twice', await page.getByRole('button', {name: 'Revoke nightly report'}).count() === 0);
  check('it opens nothing', await statusWith(key, '/api/v1/projects') === 401);
  sound('revoking');
});

await context.close();
say({measure: 'own keys', csp: policy});
