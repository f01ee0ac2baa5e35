// Target systems as a person adds, mends and tests them in the console; the start page and the catalogue.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {SHOTS, axe, check, openBrowser, openPage, pickAction, ready, settings, signIn, take} from './bed.mjs';

const LIST = '/repository/vault/target-systems';
const PATIENCE = {timeout: 20_000};

await mkdir(SHOTS, {recursive: true});
const browser = await openBrowser();
const {page, seen} = await openPage(browser);
await signIn(page, settings.user, settings.password);

const dialog = () => page.getByRole('dialog').first();
const box = (name) => dialog().getByRole('textbox', {name: new RegExp(`^${name}`)});
const press = (name) => dialog().getByRole('button', {name, exact: true}).click();
const openTab = (name) => dialog().getByRole('tab', {name, exact: true}).click();
const focusIsIn = (pointer) => page.waitForFunction(
  (wanted) => document.activeElement?.closest('[data-pointer]')?.dataset.pointer === wanted, pointer, PATIENCE);

function must(condition, what) {
  if (!condition) throw new Error(what);
}

// Asks the server as the page would.
function api(method, url, body, headers = {}) {
  return page.evaluate(async ([method, url, body, headers]) => {
    const session = await (await fetch('/api/v1/session')).json();
    const answer = await fetch(url, {method, body: body && JSON.stringify(body), headers: {
      'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token, ...headers}});
    return {status: answer.status, body: await answer.json()};
  }, [method, url, body, headers]);
}

async function stored(name) {
  const {body} = await api('GET', `/api/v1/target-systems?filter=${encodeURIComponent(name)}`);
  const found = body.items.find((one) => one.name === name);
  must(found, `there is no target system ${name}`);
  return found;
}

async function openList(more = '') {
  await page.goto(`${LIST}${more}`);
  await ready(page);
}

async function choose(name, action) {
  await pickAction(page.getByRole('button', {name: `Actions for ${name}`, exact: true}), action);
}

const noWindow = () => page.getByRole('dialog').waitFor({state: 'detached', ...PATIENCE});

// What everybody who looks at this window needs: it can be used, and nothing broke the policy.
async function look(name) {
  const {found} = await axe(page);
  check(`${name} keeps WCAG`, found.length === 0, JSON.stringify(found));
  const {violations, errors} = take(seen);
  check(`${name} keeps the policy`, violations.length === 0, violations.join('\n'));
  // A refused request is a line of error in the browser; the page itself must have none.
  const own = errors.filter((one) => !/Failed to load resource/.test(one));
  check(`${name} runs without errors`, own.length === 0, own.join('\n'));
  await page.screenshot({path: path.join(SHOTS, `target-systems-${name.replaceAll(' ', '-')}.png`)});
}

async function begin(name, provider) {
  await openList();
  await page.getByRole('button', {name: 'Add target system'}).first().click();
  await box('Name').fill(name);
  await openTab('OAuth');
  await dialog().getByRole('textbox', {name: 'Find a service provider'}).fill(provider);
  await page.keyboard.press('Enter');
  await dialog().getByText('Token grant flow').waitFor();
}

async function addNetwork() {
  await dialog().getByRole('button', {name: 'Network'}).click();
  await box('Trusted CA').fill(settings.ca);
  await box('Allowed addresses').fill('127.0.0.1/32');
  await page.keyboard.press('Enter');
}

async function save(name = 'Add') {
  await press(name);
  await noWindow();
}

const steps = {
  async 'a client-credentials system is added, and its secret was trimmed'() {
    await begin('Invoices', 'generic');
    await box('Token endpoint').fill(settings.token_endpoint);
    await box('Consumer key').fill(settings.consumer_key);
    await page.evaluate((secret) => {
      const box = document.querySelector('[data-pointer="/consumer_secrets/0/value"]');
      const clipboardData = new DataTransfer();
      clipboardData.setData('text', `${secret}\n`);
      box.dispatchEvent(new ClipboardEvent('paste', {clipboardData, bubbles: true, cancelable: true}));
    }, settings.consumer_secret);
    await dialog().getByText('There is a line break at the end').waitFor();
    await press('Remove it');
    await box('Scopes').fill('api:read ');
    await dialog().getByRole('button', {name: 'Remove api:read'}).waitFor();
    await addNetwork();
    await look('new client credentials');
    await save();
    const made = await stored('Invoices');
    must(made.missing.length === 0 && made.scopes.join() === 'api:read', JSON.stringify(made));
    await page.getByRole('row', {name: /Invoices/}).getByText('Ready').waitFor();
  },
  async 'its connection is tested, all nine hops'() {
    await openList();
    await choose('Invoices', 'Test connection');
    await dialog().getByText('Everything works').waitFor(PATIENCE);
    must(await dialog().getByRole('list', {name: 'The way to the token endpoint'}).getByRole('listitem').count() === 9, 'nine hops');
    await look('test passed');
  },
  async 'a test that fails names the hop and who must act'() {
    await openList();
    await choose('Nobody there', 'Test connection');
    await dialog().getByText('It fails at: Connection (TCP)').waitFor(PATIENCE);
    await dialog().getByText('Who must act').waitFor();
    await look('test failed');
  },
  async 'a CA that nobody trusts is said to stay so, with who trusts it and where'() {
    await openList();
    await choose('Private CA', 'Test connection');
    await dialog().getByText('It fails at: Encryption (TLS)').waitFor(PATIENCE);
    await dialog().getByText('It will not work until the CA that signed this certificate is trusted').waitFor();
    must(!(await dialog().textContent()).includes('It may work later'), 'it promises that waiting helps');
    await look('test untrusted');
    await press('Edit target system');
    await focusIsIn('/trusted_ca_pem');
    await page.keyboard.insertText(settings.ca);
    await dialog().getByText('Saving this holds its destination').waitFor();
    must(await dialog().getByText('Saving this holds its destination').evaluate((said) => {
      const {top, bottom} = said.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight && said.closest('[aria-live]') !== null;
    }), 'it is out of view, or not read out');
    await look('before save');
    await press('Enter the secrets again now');
    await focusIsIn('/consumer_secrets/0/value');
    await page.keyboard.insertText(settings.consumer_secret);
    await dialog().getByText('Saving this holds its destination').waitFor({state: 'detached'});
    await save('Save');
    must(!(await stored('Private CA')).destination_held, 'it is held');
  },
  async 'what the server refuses is named at its field, whichever tab is open'() {
    await begin('Wrong', 'generic');
    await box('Token endpoint').fill('ftp://nowhere');
    await box('Consumer key').fill('robots');
    await openTab('Basics');
    await press('Add');
    await dialog().getByText('This could not be saved: Token endpoint').waitFor();
    await focusIsIn('/endpoint_parameters/token_endpoint');
    await look('wrong endpoint');
    await box('Token endpoint').fill(settings.token_endpoint);
    await openTab('Basics');
    await box('Name').fill('Invoices');
    await openTab('OAuth');
    await press('Add');
    await dialog().getByText('This could not be saved: Name').waitFor();
    await focusIsIn('/name');
    await press('Cancel');
    await page.getByRole('dialog').last().getByRole('button', {name: 'Discard'}).click();
    await noWindow();
  },
  async 'the callback can be copied before anything is saved, and stays'() {
    await begin('Mail', 'generic');
    await dialog().getByRole('radio', {name: 'Authorization code'}).check();
    const callback = await box('Callback URL').inputValue();
    must(callback.includes('/OAuthCallback/'), callback);
    await box('Token endpoint').fill(settings.token_endpoint);
    await box('Authorization endpoint').fill(settings.authorization_endpoint);
    await addNetwork();
    await look('new sign-in');
    await save();
    const made = await stored('Mail');
    must(made.callback_url === callback, `${made.callback_url}, and not ${callback}`);
    must(made.missing.join() === 'consumer_key,consumer_secret', made.missing.join());
    await page.getByRole('row', {name: /Mail/}).getByText('No consumer key +1').waitFor();
  },
  async 'a certificate is said to be wrong before it is stored, as PEM, DER and PKCS#12'() {
    await begin('Signing', 'generic');
    await dialog().getByRole('radio', {name: 'Client credentials with certificate'}).check();
    await box('Token endpoint').fill(settings.token_endpoint);
    await box('Consumer key').fill('signer');
    const pick = (at, file) => dialog().locator('input[type="file"]').nth(at).setInputFiles(file);
    await pick(0, settings.files.key);
    await dialog().getByText('There is no certificate in this file').waitFor();
    await pick(0, settings.files.certificate);
    await pick(1, settings.files.other_key);
    await press('Add');
    await dialog().getByText('This could not be saved: Consumer certificate').waitFor(PATIENCE);
    await look('wrong key');
    await pick(0, settings.files.expired);
    await pick(1, settings.files.expired_key);
    await press('Add');
    await dialog().getByText(/expired/).first().waitFor(PATIENCE);
    await pick(0, settings.files.der);
    await pick(1, settings.files.key);
    await save();
    must((await stored('Signing')).client_certificates.length === 1, 'one certificate');
    await choose('Signing', 'Edit');
    await openTab('OAuth');
    await dialog().getByText('CN=robots').waitFor();
    await look('stored certificate');
    await press('Drop');
    await press('Add the next certificate');
    await pick(0, settings.files.pkcs12);
    await box('Consumer private key password').fill(settings.pkcs12_password);
    await save('Save');
    const [only, more] = (await stored('Signing')).client_certificates;
    must(only.subject.includes('CN=other') && !more, JSON.stringify(only));
  },
  async 'a secret is replaced with the old one beside it, and dropped'() {
    await openList();
    await choose('Invoices', 'Edit');
    await openTab('OAuth');
    await press('Replace');
    await box('Consumer secret').fill('the next secret');
    await dialog().getByLabel('Expires on').fill('2031-01-31');
    await press('The old one must still count for a while');
    await box('The secret that it replaces').fill(settings.consumer_secret);
    await save('Save');
    const both = (await stored('Invoices')).consumer_secrets;
    must(both.length === 2 && both[0].expires_on === '2031-01-31', JSON.stringify(both));
    await choose('Invoices', 'Edit');
    await openTab('OAuth');
    must(!(await dialog().textContent()).includes('the next secret'), 'a stored secret is shown');
    await press('Drop all');
    await save('Save');
    must((await stored('Invoices')).missing.join() === 'consumer_secret', 'none is left');
  },
  async 'somebody else was faster: it is said, and nothing is lost'() {
    await openList();
    await choose('Mail', 'Edit');
    await box('Description').fill('mine');
    const {id, revision} = await stored('Mail');
    await api('PATCH', `/api/v1/target-systems/${id}`, {description: 'theirs'}, {'If-Match': `"${revision}"`});
    await press('Save');
    await dialog().getByText('Somebody else has changed this').waitFor();
    await press('Load it again');
    await page.waitForFunction(() => document.querySelector('[data-pointer="/description"]')?.value === 'theirs', undefined, PATIENCE);
    await box('Description').fill('both');
    await save('Save');
    must((await stored('Mail')).description === 'both', 'saved');
    await openList();
    await look('list');
  },
  async 'a held destination is seen, looked at and approved'() {
    await openList();
    await page.getByRole('row', {name: /Moved/}).getByText('Destination held').click();
    await dialog().getByText('Nothing is sent: its destination has changed').waitFor();
    await look('held');
    await press('Approve');
    await dialog().getByText('Nothing is sent').waitFor({state: 'detached', ...PATIENCE});
    must(!(await stored('Moved')).destination_held, 'approved');
    await press('Cancel');
    await noWindow();
  },
  async 'a copy has everything but the secret'() {
    await openList();
    await choose('Moved', 'Duplicate');
    must(await box('Name').inputValue() === 'Moved (copy)', 'its name');
    await save();
    const copy = await stored('Moved (copy)');
    must(copy.consumer_key === 'moved' && copy.consumer_secrets.length === 0, JSON.stringify(copy));
  },
  async 'what is deleted comes back with one press'() {
    await openList();
    await choose('Moved (copy)', 'Delete');
    await press('Delete');
    await page.getByRole('button', {name: 'Undo'}).click();
    await page.getByText('Moved (copy) is back').waitFor();
    await stored('Moved (copy)');
  },
  async 'whoever came for a target system goes back with it'() {
    const back = '/repository/vault/oauth-clients?filter=x';
    await page.goto(`${LIST}/new?return_to=${encodeURIComponent(back)}`);
    await box('Name').fill('On the way');
    await openTab('OAuth');
    await dialog().getByRole('checkbox', {name: /^Enable OAuth/}).uncheck();
    await press('Add');
    await page.waitForURL((url) => url.pathname === '/repository/vault/oauth-clients', PATIENCE);
    const {id} = await stored('On the way');
    const query = new URL(page.url()).searchParams;
    must(query.get('target_system') === id && query.get('filter') === 'x', page.url());
  },
  async 'an address outside the console is not gone to'() {
    await page.goto(`${LIST}/new?return_to=${encodeURIComponent('https://elsewhere.example/')}`);
    await box('Name').waitFor();
    await press('Cancel');
    await noWindow();
    must(new URL(page.url()).pathname === LIST, page.url());
  },
  async 'the catalogue can be searched'() {
    await page.goto('/administration/service-providers');
    await ready(page);
    await page.getByRole('textbox', {name: 'Find a service provider'}).fill('box');
    await page.waitForFunction(() => {
      const shown = [...document.querySelectorAll('section[aria-label]')].map((card) => card.getAttribute('aria-label'));
      return shown.includes('Box') && shown.every((name) => /box/i.test(name));
    }, undefined, PATIENCE);
    await page.getByText('Asks for: Subject id.').waitFor();
    await page.getByRole('link', {name: 'Add target system at Box', exact: true}).click();
    await openTab('OAuth');
    await box('Subject id').waitFor();
    await look('from the catalogue');
  },
  async 'the form says what to do at the provider, and has its usual scopes to tick'() {
    await begin('Code', 'github');
    await dialog().getByRole('link', {name: 'GitHub: make the application (opens a new tab)'}).waitFor();
    await dialog().getByText('At GitHub: the app, Authorization callback URL').waitFor();
    const usual = dialog().getByRole('group', {name: 'Usual scopes at GitHub'});
    await usual.getByRole('checkbox', {name: 'read:user'}).check();
    await usual.getByRole('checkbox', {name: 'gist'}).check();
    await usual.getByRole('checkbox', {name: 'gist'}).uncheck();
    await dialog().getByRole('button', {name: 'Remove read:user'}).waitFor();
    must(await dialog().getByRole('button', {name: 'Remove gist'}).count() === 0, 'an unticked scope stays');
    await dialog().getByRole('button', {name: 'Remove read:user'}).click();
    must(!await usual.getByRole('checkbox', {name: 'read:user'}).isChecked(), 'a removed scope stays ticked');
    await usual.getByRole('checkbox', {name: 'read:org'}).check();
    await look('hints of the provider');
    await save();
    const made = await stored('Code');
    must(made.scopes.join() === 'read:org' && made.service_provider === 'github', JSON.stringify(made));
  },
  async 'the start page says what waits and what runs out'() {
    await page.goto('/start');
    await ready(page);
    await page.getByText('From nothing to a robot’s first token').waitFor();
    await page.getByText('Runs out in the next 30 days').waitFor();
    await page.getByRole('link', {name: 'Soon over'}).waitFor();
    await look('start page');
  },
  async 'the last step is ticked off when a robot got its token'() {
    await page.goto('/start');
    await page.getByLabel('Look-up: to do').waitFor();
    const status = await lookUp('Works');
    must(status === 200, `the look-up answered ${status}`);
    await page.getByLabel('Look-up: done').waitFor(PATIENCE);
    await page.getByRole('img', {name: /Look-ups by the hour: Tokens handed out 1/}).waitFor(PATIENCE);
    await look('guide done');
    await page.getByRole('button', {name: 'Put this away'}).click();
    await page.getByText('From nothing to a robot’s first token').waitFor({state: 'detached'});
  },
  async 'practice is removed in one click, after a question'() {
    await page.goto('/start');
    await page.getByRole('button', {name: 'Remove practice'}).click();
    await press('Delete');
    await noWindow();  // while it is open, nothing behind it has a role
    await page.getByRole('button', {name: 'Remove practice'}).waitFor({state: 'detached', ...PATIENCE});
    const {body} = await api('GET', '/api/v1/target-systems?tag=practice');
    must(body.total === 0, 'one is left');
  },
};

// A robot asks for the token of a new client of this target system; answers the status.
async function lookUp(system) {
  const {project, id} = await stored(system);
  const client = (await api('POST', '/api/v1/oauth-clients', {project, target_system: id, label: 'nightly'})).body;
  const robot = (await api('POST', '/api/v1/robots', {project, path: 'finance', name: 'collector'})).body;
  const {key} = (await api('POST', `/api/v1/robots/${robot.id}/keys`, {})).body;
  await api('POST', '/api/v1/robot-access', {oauth_client: client.id, robot: robot.id});
  return page.evaluate(async ([url, key]) => (await fetch(url, {
    credentials: 'omit', headers: {Authorization: `Bearer ${key}`}})).status, [`/api/v1/lookup/oauth-clients/${client.id}`, key]);
}

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack);
    await page.screenshot({path: path.join(SHOTS, `target-systems-failed-${Object.keys(steps).indexOf(name)}.png`)});
    // The next one begins on a page of its own, whatever was left open.
    page.once('dialog', (question) => question.accept());
    await page.goto('/start').catch(() => {});
  }
}
await browser.close();
