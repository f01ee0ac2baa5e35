// Who is told what happens to clients: targets are added, tested, edited, turned off and deleted; what was not taken is tried
// again or discarded; and the calendar of expiries has an address of its own.
//
// settings: user, password: of an administrator; project: its name; receiver: {url, ca_pem, address}, see
// tests/e2e/webhook_receiver.py. Asks, with a line of its own, for the end of a client's sign-in: {end: 0}; and tells which
// secrets the n-th call is signed with: {signed: n, secrets}.
import {check, emptyShots, openBrowser, openPage, pickAction, ready, say, settings, signIn, take} from './bed.mjs';
import {eventually} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const PAGE = '/administration/notifications';
const {receiver} = settings;
const shots = await emptyShots('notifications');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const look = looksAt(page, shots);
const story = storiesOn(page, shots, () => go().then(() => take(seen)));
const secrets = [];
let policy = 0;

const dialog = () => page.getByRole('dialog').last();
// One of the buttons below, not the cross.
const press = (name) => dialog().getByRole('contentinfo').getByRole('button', {name, exact: true}).click();
const box = (name) => dialog().getByRole('textbox', {name: new RegExp(`^${name}`)});
const targets = () => page.getByRole('grid', {name: 'Targets'});
const deliveries = () => page.getByRole('grid', {name: 'What was not taken yet'});
const row = (name) => targets().getByRole('row').filter({hasText: name});
const pick = (name, action) => pickAction(row(name).getByRole('button', {name: /^Actions for/}), action);

function sound(where) {
  const {violations, errors} = take(seen);
  policy += violations.length;
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
}

// The browser writes a line of its own about every refusal.
function refused() {
  take(seen);
}

async function go(address = PAGE) {
  await page.goto(address);
  await ready(page);
}

// What the next calls are answered; tells how many were taken so far.
async function answering(status) {
  const answer = await page.request.put(receiver.url, {data: {status}, ignoreHTTPSErrors: true});
  return (await answer.json()).taken;
}

// Ends the sign-in of a client, and waits until `n` events of that state are there, each tried and not taken.
async function end(client, state, n) {
  say({end: client});
  await eventually(page, async (wanted) => {
    const {total, items} = await (await fetch(`/api/v1/notification-deliveries?state=${wanted.state}`)).json();
    return total === wanted.n && items.every(({tries}) => tries > 0);
  }, `${n} deliveries, ${state}`, 60_000, {state, n});
}

async function allTaken() {
  await eventually(page, () => fetch('/api/v1/notification-deliveries').then((answer) => answer.json()).then(({total}) => total === 0), 'the rest to be taken');
}

async function shownSecret() {
  const field = page.getByRole('textbox', {name: 'Signing secret'});
  await field.waitFor();
  const secret = await field.inputValue();
  check('it is a secret as Standard Webhooks writes it', /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret), secret.slice(0, 6));
  return secret;
}

async function keepSecret(secret) {
  await press('I have stored it');
  await dialog().waitFor({state: 'detached'});
  check('the secret does not stay in the page', !(await page.content()).includes(secret));
  secrets.push(secret);
}

// Sends a test event from the menu of a target, and tells what the window says of it.
async function test(name) {
  await pick(name, 'Send test');
  await dialog().getByText('The test event was', {exact: false}).first().waitFor();
  return dialog().innerText();
}

await signIn(page, settings.user, settings.password);

await story('the page says what belongs there', async () => {
  await go();
  await page.getByText('No target yet').waitFor();
  await page.getByText('Everything was taken').waitFor();
  await look('empty');
  sound('the empty page');
});

await story('a mistake is shown at its field', async () => {
  await page.getByRole('button', {name: 'Add target'}).click();
  await page.waitForURL(`**${PAGE}/new`);
  check('nothing is added without a name', await dialog().getByRole('button', {name: 'Add', exact: true}).isDisabled());
  await box('Name').fill('On call');
  await box('Address').fill('http://insecure.example/hook');
  await look('window');
  await press('Add');
  await dialog().getByText('This could not be saved: Address').waitFor();
  refused();
  await look('mistake');
});

await story('a target is added, and its secret is shown once', async () => {
  await box('Address').fill(receiver.url);
  await box('Trusted CA').fill(receiver.ca_pem);
  await box('Allowed addresses').fill(receiver.address);
  await press('Add');
  const secret = await shownSecret();
  await dialog().getByText('webhook-signature', {exact: false}).waitFor();
  await page.keyboard.press('Escape');
  await look('secret');
  await keepSecret(secret);
  await page.waitForURL(`**${PAGE}`);
  const line = await row('On call').innerText();
  check('it is listed with what it is told', /Needs sign-in, Works again, Renewal fails, Stops working soon/.test(line), line);
  check('it takes events, and took nothing yet', /Takes events\s+Nothing yet/.test(line), line);
  sound('adding a target');
});

await story('a test event arrives, signed with that secret', async () => {
  const said = await test('On call');
  check('the window says that it was taken', said.includes('was taken: the answer was 204'), said);
  await look('test-taken');
  await press('Close');
  check('the receiver has it', await answering(204) === 1);
  say({signed: 0, secrets: [...secrets]});
  sound('a test that arrives');
});

await story('a test that does not arrive says why', async () => {
  await answering(503);
  const said = await test('On call');
  check('the window says what was answered', said.includes('was not taken: the answer was 503'), said);
  await look('test-refused');
  await answering(204);
  await press('Send again');
  await dialog().getByText('was taken: the answer was 204', {exact: false}).waitFor();
  await press('Close');
  sound('a test that does not arrive');
});

await story('a target is edited: its name, its events, its projects', async () => {
  await pick('On call', 'Edit');
  await page.waitForURL(/\/administration\/notifications\/[-0-9a-f]{36}$/);
  await box('Name').waitFor();
  check('what is not changed cannot be saved', await dialog().getByRole('button', {name: 'Save', exact: true}).isDisabled());
  await box('Name').fill('Duty');
  for (const event of ['Works again', 'Renewal fails', 'Stops working soon']) await dialog().getByRole('checkbox', {name: event}).uncheck();
  await dialog().getByRole('radio', {name: 'In these projects alone'}).check();
  check('some projects means one at least', await dialog().getByRole('button', {name: 'Save', exact: true}).isDisabled());
  await dialog().getByRole('combobox', {name: 'Project'}).fill(settings.project);
  await page.getByRole('option', {name: settings.project}).click();
  await look('edit');
  await press('Save');
  await dialog().waitFor({state: 'detached'});
  await row('Duty').waitFor();
  const line = await row('Duty').innerText();
  check('it is told one event, of one project', /Needs sign-in\s/.test(line) && !line.includes('Works again') && line.includes(settings.project), line);
  sound('editing');
});

await story('a change that somebody else has made meanwhile is not undone', async () => {
  await pick('Duty', 'Edit');
  await box('Name').fill('Duty at night');
  const status = await page.evaluate(async () => {
    const session = await (await fetch('/api/v1/session')).json();
    const [{id, name, url, events, projects, trusted_ca_pem, allowed_addresses, revision}] = (await (await fetch('/api/v1/notification-targets')).json()).items;
    const answer = await fetch(`/api/v1/notification-targets/${id}`, {
      method: 'PUT', headers: {'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token, 'If-Match': `"${revision}"`},
      body: JSON.stringify({name, url, events: [...events, 'dying'], projects, trusted_ca_pem, allowed_addresses})});
    return answer.status;
  });
  check('somebody else changes it', status === 200, status);
  await press('Save');
  await dialog().getByText('Somebody else has changed this since you opened it.', {exact: false}).waitFor();
  refused();
  await press('Load it again');
  await dialog().getByRole('checkbox', {name: 'Stops working soon', checked: true}).waitFor();
  await press('Cancel');
  await dialog().waitFor({state: 'detached'});
  sound('two at once');
});

await story('a new secret signs, and the old one goes on for a while', async () => {
  const before = await answering(204);
  await pick('Duty', 'New signing secret');
  await dialog().getByText('For 24 hours each webhook is signed with both', {exact: false}).waitFor();
  await look('new-secret');
  await press('Make a new one');
  const secret = await shownSecret();
  check('it is another one', !secrets.includes(secret));
  await keepSecret(secret);
  await test('Duty');
  await press('Close');
  check('the receiver takes it', await answering(204) === before + 1);
  say({signed: before + 1, secrets: [...secrets]});  // one more call was refused
  sound('a new secret');
});

await story('a receiver that wants no more turns its target off, and what it did not take is a dead letter', async () => {
  await answering(410);
  await end(0, 'dead', 1);
  await go('/start');
  await page.getByText('1 notification was given up').waitFor();
  await page.getByRole('link', {name: /^1 notification was given up/}).click();
  await page.waitForURL(`**${PAGE}`);
  await ready(page);
  const line = await row('Duty').innerText();
  check('it is turned off', line.includes('Turned off'), line);
  const dead = deliveries().getByRole('row').filter({hasText: 'Dead letter'});
  check('the dead letter says to whom and why', /Needs sign-in[^]*Duty[^]*410/.test(await dead.innerText()), await dead.innerText());
  await look('dead-letter');
  await targets().getByRole('button', {name: /^1 dead letter of/}).click();
  await page.waitForURL(/[?&]state=dead/);
  await dead.waitFor();
  await page.getByRole('button', {name: 'State: Dead letter'}).click();
  await page.getByRole('option', {name: 'Waiting', exact: true}).click();
  await page.getByText('Nothing matches', {exact: false}).waitFor();
  await page.getByRole('button', {name: 'Reset'}).first().click();
  await dead.waitFor();
  sound('a dead letter');
});

await story('the dead letter is tried again, and waits for the target to be turned on', async () => {
  const before = await answering(204);
  await pick('Duty', 'Try dead letters again');
  await page.getByText('1 dead letter is tried again').waitFor();
  await pick('Duty', 'Turn on');
  await row('Duty').getByText('Turned off').waitFor({state: 'detached'});
  await allTaken();
  check('the receiver has it', await answering(204) === before + 1);
  await page.keyboard.press('r');
  await page.getByText('Everything was taken').waitFor();
  await row('Duty').getByText('Takes events').waitFor();
  sound('trying dead letters again');
});

await story('what waits is discarded after a question, or tried when somebody says so', async () => {
  await answering(503);
  await end(1, 'waiting', 1);
  await end(2, 'waiting', 2);
  await go(`${PAGE}?state=waiting`);
  const waiting = deliveries().getByRole('row').filter({hasText: 'Waiting'});
  const menu = () => waiting.first().getByRole('button', {name: /^Actions for/});
  check('both wait, and say why', await waiting.count() === 2 && (await waiting.first().innerText()).includes('503'), await deliveries().innerText());
  check('the target is failing', (await row('Duty').innerText()).includes('Failing since'), await row('Duty').innerText());
  await look('waiting');
  await pickAction(menu(), 'Discard');
  await dialog().getByText('is never told to', {exact: false}).waitFor();
  await press('Discard');
  await dialog().waitFor({state: 'detached'});
  await page.waitForFunction(() => document.querySelectorAll('[aria-label="What was not taken yet"] tbody tr').length === 1);
  sound('discarding');
  const before = await answering(204);
  await pickAction(menu(), 'Try now');
  await allTaken();
  check('what was discarded does not come, the other does', await answering(204) === before + 1);
  refused();  // it may have been tried by itself a moment before
});

await story('a mail that did not go out is listed with its recipient', async () => {
  const now = new Date().toISOString();
  const mail = {id: '00000000-0000-4000-8000-000000000001', target: null, recipient: 'ann@example.org', event: '00000000-0000-4000-8000-000000000002',
    event_type: 'strongroom.oauth_client.dying', tries: 2, failure: 'The mail server refused the recipient.', dead: false, created_at: now,
    first_tried_at: now, next_try_at: now};
  const isList = (url) => url.pathname === '/api/v1/notification-deliveries';
  await page.route(isList, (route) => route.fulfill({json: {items: [mail], total: 1, page: 1, page_size: 50}}));
  await go();
  const line = await deliveries().getByRole('row').filter({hasText: 'Waiting'}).innerText();
  check('whom it was for, and why it did not go', /Stops working soon[^]*Mail to [^]*ann@example\.org[^]*refused the recipient/.test(line), line);
  await look('mail');
  await page.unroute(isList);
  sound('a mail');
});

await story('a target is turned off, tested all the same, and deleted after a question', async () => {
  await go();
  await pick('Duty', 'Turn off');
  await row('Duty').getByText('Turned off').waitFor();
  const said = await test('Duty');
  check('a test is sent all the same', said.includes('was taken: the answer was 204'), said);
  await press('Close');
  await pick('Duty', 'Delete');
  await dialog().getByText('It is told nothing any more.', {exact: false}).waitFor();
  await look('delete');
  await press('Delete');
  await page.getByText('No target yet').waitFor();
  sound('deleting');
});

await story('the calendar has an address, which is shown once, replaced and ended', async () => {
  await go('/account/sign-in');
  await page.getByRole('tab', {name: 'Calendar'}).click();
  await page.waitForURL('**/account/calendar');
  await page.getByRole('button', {name: 'Make an address'}).click();
  const field = page.getByRole('textbox', {name: 'Address of the calendar'});
  await field.waitFor();
  const first = await field.inputValue();
  await look('calendar-address');
  await press('I have stored it');
  await dialog().waitFor({state: 'detached'});
  check('the address does not stay in the page', !(await page.content()).includes(first));
  const status = (address) => page.evaluate(async (url) => (await fetch(url, {credentials: 'omit', cache: 'no-store'})).status, address);
  check('whoever knows it reads the calendar', await status(first) === 200);
  await look('calendar');
  await page.getByRole('button', {name: 'Make another address'}).click();
  await dialog().getByText('works no more then', {exact: false}).waitFor();
  await press('Make another address');
  await field.waitFor();
  const second = await field.inputValue();
  await press('I have stored it');
  await dialog().waitFor({state: 'detached'});
  sound('the calendar');
  check('the one before works no more', await status(first) === 404 && await status(second) === 200);
  refused();
  await page.getByRole('button', {name: 'End it'}).click();
  await press('End it');
  await page.getByRole('button', {name: 'Make an address'}).waitFor();
  sound('ending the calendar');
  check('it has ended', await status(second) === 404);
  refused();
});

await context.close();
say({measure: 'notifications', csp: policy});
