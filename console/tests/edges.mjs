// What happens to people at the edges: the server goes away and comes back, two browsers meet in one sign-in, a grant is
// revoked, there is no mouse, names are hostile, and others live in another zone.
//
// settings: project; systems: the names of {plain, person}; people: the provider's {origin, ca}; hostile: what is called by
//   hostile names, {label, project, system, robot}, and its id. A line {"please": "stop"} or {"please": "start"} asks for the server.
import {readFile} from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import {axe, check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {LIST, Window, eventually, must, signInAtProvider, visitProvider} from './client_pages.mjs';
import {storiesOn} from './stories.mjs';

const SHOTS = await emptyShots('edges');
const context = await openBrowser({permissions: ['clipboard-read', 'clipboard-write']});
const {page, seen} = await openPage(context);
const client = new Window(page);
const {project, systems, hostile} = settings;
const alerts = [];
page.on('dialog', (dialog) => {
  if (dialog.type() === 'alert') alerts.push(dialog.message());
  return dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
});

// Whoever started this script stops and starts the server.
let isUp = true;
function stop() {
  isUp = false;
  say({please: 'stop'});
}
function start() {
  isUp = true;
  say({please: 'start'});
}
const gone = () => eventually(page, () => fetch('/api/v1/session').then(() => false, () => true), 'the server to be gone');
const back = () => eventually(page, () => fetch('/api/v1/session').then((answer) => answer.ok, () => false), 'the server to be back');

// The next one begins with a server and a page of its own, whatever was left.
const story = storiesOn(page, SHOTS, async () => {
  if (!isUp) start();
  await back().catch(() => {});
  await page.goto('/start').catch(() => {});
});

async function look(name) {
  await page.screenshot({path: path.join(SHOTS, `${name}.png`)});
  const {found} = await axe(page);
  check(`axe: ${name}`, found.length === 0, JSON.stringify(found, null, 1));
}

async function open(address) {
  await page.goto(address);
  await ready(page);
}

// Ends what an account has granted, as its owner would at the provider.
const ca = await readFile(settings.people.ca);
function revoke(login) {
  return new Promise((resolve, reject) => {
    const request = https.request(new URL('/_test/revoke', settings.people.origin), {
      method: 'POST', ca, headers: {'Content-Type': 'application/json'}}, (answer) => answer.resume().on('end', resolve));
    request.on('error', reject);
    request.end(JSON.stringify({login}));
  });
}

// Up to the link of a sign-in, in the window of a new client.
async function linkFor(label) {
  await client.begin(project, systems.person, label);
  await client.press('Next');
  await client.tabOpens('Authorize');
  return client.dialog.getByRole('textbox', {name: 'Copy link'}).inputValue();
}

async function atProvider(visitor, login) {
  await visitor.getByRole('button', {name: 'Continue'}).click();
  await visitor.locator('input[name=login]').fill(login);
  await visitor.locator('input[name=password]').fill('x');
  await visitor.locator('form button').first().click();
  await visitor.locator('form button').first().waitFor();
}

await signIn(page, settings.user, settings.password);

await story('the server restarts between start and callback: the open page says so, goes on, and the sign-in counts', async () => {
  const link = await linkFor('restarted');
  const visitor = await visitProvider(context, link);
  await atProvider(visitor, 'ann');
  await client.dialog.getByText('Somebody pressed Continue and is at the service provider').waitFor();
  stop();
  await client.dialog.getByText('The server does not answer just now. Asking again.').waitFor();
  await look('server-gone');
  start();
  await client.dialog.getByText('The server does not answer just now').waitFor({state: 'detached'});
  await visitor.locator('form button').first().click();  // consent
  await visitor.getByText('You can close this tab').waitFor();
  await visitor.close();
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  await client.press('Finish');
  await client.press('Close without a robot');
});

await story('the server is gone under an open list and an open form: nothing is lost, and both go on', async () => {
  await client.begin(project, systems.plain, 'typed before the restart');
  await client.box('Owner').first().fill('Ada');
  stop();
  // Asked at every letter whether the label is free: not known now, and no reason to stop anybody.
  await gone();
  await client.press('Next');
  await client.dialog.getByText('The server cannot be reached').first().waitFor();
  must((await client.box('Owner').first().inputValue()) === 'Ada', 'the input is gone');
  await look('form-without-server');
  start();
  await back();
  await client.press('Next');
  await client.renews('yes');
  await client.press('Finish');
  await client.press('Close without a robot');
  await open(LIST);
  stop();
  await gone();
  await page.getByRole('button', {name: 'Refresh', exact: true}).click();
  await page.getByText('What is shown may be out of date').waitFor();
  await page.getByRole('link', {name: 'typed before the restart', exact: true}).waitFor();
  await look('list-without-server');
  start();
  await back();
  await page.getByRole('button', {name: 'Refresh', exact: true}).click();
  await page.getByText('What is shown may be out of date').waitFor({state: 'detached'});
});

await story('two browsers with one link: the first that presses Continue has it, the other is told', async () => {
  const link = await linkFor('two browsers');
  const other = await openBrowser();
  const [one, two] = [await visitProvider(context, link), await visitProvider(other, link)];
  await two.getByRole('button', {name: 'Continue'}).waitFor();
  await atProvider(one, 'bob');
  await two.getByRole('button', {name: 'Continue'}).click();
  await two.getByRole('heading', {name: 'This did not work'}).waitFor();
  await two.getByText('Whoever sent you the link can make a new one').waitFor();
  await two.screenshot({path: path.join(SHOTS, 'link-used.png')});
  await two.close();
  await one.locator('form button').first().click();
  await one.getByText('You can close this tab').waitFor();
  await one.close();
  await other.close();
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByRole('heading', {name: 'bob@example.test'}).waitFor();
  await client.cancel('Discard');
});

await story('a sign-in that another browser finishes counts for nothing, is said on both sides, and can be made again', async () => {
  const link = await linkFor('finished elsewhere');
  const other = await openBrowser();
  const one = await visitProvider(context, link);
  await atProvider(one, 'carol');
  await client.dialog.getByText('Somebody pressed Continue and is at the service provider').waitFor();
  // The server is away when the browser is sent back, so the way back is still unused.
  stop();
  await client.dialog.getByText('The server does not answer just now').waitFor();
  const failed = one.waitForEvent('requestfailed', (request) => request.url().includes('/OAuthCallback/'));
  await one.locator('form button').first().click();
  const address = (await failed).url();
  await one.close();
  start();
  await client.dialog.getByText('The server does not answer just now').waitFor({state: 'detached'});
  const two = await visitProvider(other, address);
  await two.getByText('another browser').first().waitFor();
  must(!/code=/.test(two.url()), 'the code stands in the address');
  await two.screenshot({path: path.join(SHOTS, 'other-browser.png')});
  await other.close();
  await client.dialog.getByText('The sign-in did not succeed').waitFor();
  await client.dialog.getByText('another browser').first().waitFor();
  await look('finished-elsewhere');
  await client.press('New link');
  const again = client.dialog.getByRole('textbox', {name: 'Copy link'});
  await again.waitFor();
  await signInAtProvider(await visitProvider(context, await again.inputValue()), 'carol');
  await client.tabOpens('Retrieve access tokens');
  await client.dialog.getByRole('heading', {name: 'carol@example.test'}).waitFor();
  await client.press('Finish');
  await client.press('Close without a robot');
});

await story('what the provider revoked needs a person: the page says so, and Reconnect mends it', async () => {
  await open(`${LIST}?filter=finished+elsewhere`);
  await page.getByRole('row').filter({hasText: 'finished elsewhere'}).getByText('Active').waitFor();
  const {id} = await page.evaluate(async () => (await (await fetch('/api/v1/oauth-clients?filter=finished+elsewhere')).json()).items[0]);
  await open(`${LIST}/${id}`);
  await revoke('carol');
  await page.getByRole('button', {name: 'Retrieve now'}).click();
  await page.getByText('Somebody has to sign in at the provider before there is another token').waitFor();
  await page.getByText('Who must act: the owner of the account').first().waitFor();
  await look('revoked');
  await open(`${LIST}?state=needs_sign_in`);
  await page.getByRole('row').filter({hasText: 'finished elsewhere'}).getByRole('button', {name: /^Copy reconnect link/}).waitFor();
  await open(`${LIST}/${id}`);
  await page.getByRole('button', {name: 'Reconnect', exact: true}).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('dialog').getByRole('link', {name: /sign-in/i}).click();
  await signInAtProvider(await opened, 'carol');
  await page.getByRole('dialog').getByText('Signed in. The new tokens are in use.').waitFor();
  await page.getByRole('dialog').getByRole('contentinfo').getByRole('button', {name: 'Close'}).click();
  await page.getByText('It has an access token, and it renews itself.').waitFor();
});

await story('the page of a client follows a sign-in that was begun on it, without anybody reading it again', async () => {
  await revoke('carol');
  await page.getByRole('button', {name: 'Retrieve now'}).click();
  await page.getByText('Somebody has to sign in at the provider before there is another token').waitFor();
  await page.getByRole('button', {name: /^Close: No new access token/}).click();
  await page.getByRole('button', {name: 'Reconnect', exact: true}).click();
  const link = await page.getByRole('dialog').getByRole('link', {name: /sign-in/i}).getAttribute('href');
  await page.getByRole('dialog').getByRole('contentinfo').getByRole('button', {name: 'Close'}).click();
  await page.getByRole('dialog').waitFor({state: 'detached'});
  await signInAtProvider(await visitProvider(context, link), 'carol');
  await page.getByText('It has an access token, and it renews itself.').waitFor({timeout: 6000});
});

await story('signing out in one tab is told to the others: they say so, keep what nobody saved, and come back', async () => {
  const [list, form] = [await openPage(context), await openPage(context)];
  await list.page.goto(`${LIST}?filter=finished`);
  await ready(list.page);
  const typing = new Window(form.page);
  await typing.begin(project, systems.plain, 'typed before the sign-out');
  await open('/start');
  await page.getByRole('button', {name: /^Signed in as/}).click();
  await page.getByRole('menuitem', {name: 'Sign out'}).click();
  await page.waitForURL(/\/sign-in$/);
  await list.page.waitForURL((url) => url.pathname === '/sign-in' && url.searchParams.get('return_to') === `${LIST}?filter=finished`);
  await list.page.getByText('You signed out in another tab').waitFor();
  const told = form.page.getByRole('dialog', {name: /You signed out in another tab/});
  await told.waitFor();
  for (const [name, one] of [['signed-out-elsewhere', list.page], ['signed-out-over-a-form', form.page]]) {
    await one.screenshot({path: path.join(SHOTS, `${name}.png`)});
    const {found} = await axe(one);
    check(`axe: ${name}`, found.length === 0, JSON.stringify(found, null, 1));
  }
  await list.page.getByRole('textbox', {name: /^User name/}).fill(settings.user);
  await list.page.locator('input[type=password]').fill(settings.password);
  await list.page.getByRole('button', {name: 'Sign in', exact: true}).click();
  await list.page.waitForURL((url) => url.pathname === LIST && url.search === '?filter=finished');
  await list.page.getByRole('link', {name: 'finished elsewhere'}).waitFor();
  await told.waitFor({state: 'detached'});
  must((await typing.box('Label').inputValue()) === 'typed before the sign-out', 'the input is gone');
  await typing.press('Next');
  await typing.renews('yes');
  await typing.cancel('Discard');
  await page.waitForURL(/\/start$/);
  for (const {page: one, seen: what} of [list, form]) {
    check('no violation of the policy in another tab', take(what).violations.length === 0);
    await one.close();
  }
});

// Goes from control to control with Tab, as somebody without a mouse does, until `wanted` has the focus.
async function tabTo(wanted, most = 60) {
  await wanted.waitFor();
  for (let presses = 0; presses < most; presses++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${wanted} was not reached with ${most} presses of Tab`);
}

await story('with the keyboard alone: a new client, its token, a robot and its key', async () => {
  await open(LIST);
  await page.keyboard.press('n');
  await client.dialog.waitFor();
  await tabTo(client.list('Project'));
  await page.keyboard.type(project);
  await tabTo(client.list('Target system'));
  await page.keyboard.type(systems.plain);
  await tabTo(client.box('Label'));
  await page.keyboard.type('without a mouse');
  await tabTo(client.dialog.getByRole('button', {name: 'Next', exact: true}));
  await page.keyboard.press('Enter');
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  await tabTo(client.dialog.getByRole('button', {name: 'Finish', exact: true}));
  await page.keyboard.press('Enter');
  await client.dialog.getByText('No robot can use this client yet').waitFor();
  const isNew = client.dialog.getByRole('radio', {name: 'A new robot'});
  if (!(await isNew.isChecked())) {
    await tabTo(client.dialog.getByRole('radio', {name: 'A robot that is there'}));
    await page.keyboard.press('ArrowDown');
  }
  await tabTo(client.box('Name'));
  await page.keyboard.type('fingers');
  await page.keyboard.press('Enter');
  await client.dialog.getByText('Waiting for its first look-up').waitFor();
  await tabTo(client.dialog.getByRole('button', {name: 'Copy: Robot key', exact: true}));
  await page.keyboard.press('Enter');
  must(/^srk_robot_/.test(await page.evaluate(() => navigator.clipboard.readText())), 'the key was not copied');
  await tabTo(client.dialog.getByRole('button', {name: 'I have copied the key', exact: true}));
  await page.keyboard.press('Enter');
  await client.dialog.waitFor({state: 'detached'});
});

await story('/, n, r and ? do on every list what the window of shortcuts says', async () => {
  const lists = {
    '/repository/projects': true, '/repository/robots': true, '/repository/vault/target-systems': true, [LIST]: true,
    '/repository/vault/secrets': true, '/repository/vault/robot-access': true, '/administration/service-providers': false, '/administration/audit-log': false,
    '/administration/denied-look-ups': false,
  };
  for (const [address, hasNew] of Object.entries(lists)) {
    await open(address);
    await page.keyboard.press('/');
    must(await page.evaluate(() => /^(INPUT|SELECT)$/.test(document.activeElement.tagName)), `${address}: / goes nowhere`);
    await page.evaluate(() => document.activeElement.blur());
    const asked = page.waitForRequest((request) => request.method() === 'GET' && /\/api\/v1\/(?!session)/.test(request.url()));
    await page.keyboard.press('r');
    await asked.catch((failure) => { throw new Error(`${address}: r reads nothing`, {cause: failure}); });
    await ready(page);
    await page.keyboard.press('?');
    await page.getByRole('dialog', {name: 'Keyboard shortcuts'}).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({state: 'detached'});
    await page.keyboard.press('n');
    if (hasNew) {
      await page.getByRole('dialog').first().waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({state: 'detached'});
    }
  }
  await open('/repository/projects');
  await page.getByRole('textbox', {name: 'Filter'}).fill('');
  await page.getByRole('textbox', {name: 'Filter'}).pressSequentially('nr?/');
  must((await page.getByRole('dialog').count()) === 0, 'a letter in a box opened something');
});

await story('hostile names are text in list, window and page, and none turns what stands beside it', async () => {
  await open(`${LIST}?filter=${encodeURIComponent('alert(')}`);
  await page.getByRole('link', {name: hostile.label, exact: true}).waitFor();
  const row = page.getByRole('row').filter({hasText: 'alert('});
  for (const name of [hostile.project, hostile.system]) await row.getByText(name, {exact: true}).waitFor();
  // A name that is written from right to left stays in an element of its own.
  const isApart = (element) => Boolean(element.closest('bdi'));
  for (const name of [hostile.label, hostile.project, hostile.system]) {
    must(await row.getByText(name, {exact: true}).first().evaluate(isApart), `${name} is not kept apart`);
  }
  await look('hostile-list');
  await open(`${LIST}/${hostile.id}/edit`);
  await page.waitForFunction((label) => document.querySelector('[data-pointer="/label"]')?.value === label, hostile.label);
  await look('hostile-window');
  await open(`${LIST}/${hostile.id}`);
  await page.getByRole('heading', {name: hostile.label, level: 1}).waitFor();
  for (const width of [1280, 420]) {
    await page.setViewportSize({width, height: 900});
    const wide = await page.evaluate(() => [...document.querySelectorAll('main *')]
      .filter((element) => element.getBoundingClientRect().right > innerWidth).map((element) => element.outerHTML.slice(0, 120)));
    await eventually(page, () => document.documentElement.scrollWidth <= innerWidth, `the page to fit ${width} px: ${wide.join('\n')}`);
  }
  await page.setViewportSize({width: 1280, height: 900});
  must((await page.getByText('›').first().textContent()) === `\u2068${hostile.project}\u2069 › \u2068${hostile.system}\u2069`, 'the line under it');
  await look('hostile-page');
  await page.getByRole('tab', {name: 'Who can read it'}).click();
  await page.getByText(hostile.robot).first().waitFor();
  await page.getByRole('tab', {name: 'Use it'}).click();
  await page.getByRole('region', {name: 'curl', exact: true}).getByText('alert(').waitFor();
  await ready(page);
  must(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'it does not fit');
  must(alerts.length === 0, 'a name ran');
});

await story('times are in the zone of who reads, and in UTC under the pointer', async () => {
  const elsewhere = await openBrowser({timezoneId: 'America/New_York', locale: 'en-US'});
  const there = (await openPage(elsewhere)).page;
  await signIn(there, settings.user, settings.password);
  const read = async (where) => {
    await where.goto(`${LIST}?filter=typed+before&columns=label,created_at`);
    await ready(where);
    return where.locator('td[data-label="Created"] time').evaluate(
      (time) => ({value: time.dateTime, title: time.title, shown: time.textContent.replaceAll('\u00a0', ' ')}));
  };
  const [here, far] = [await read(page), await read(there)];
  await elsewhere.close();
  const written = (value, locale, timeZone) => new Intl.DateTimeFormat(locale, {dateStyle: 'medium', timeStyle: 'short', timeZone})
    .format(new Date(value)).replaceAll(/[\u00a0\u202f]/g, ' ');
  const utc = `${here.value.slice(0, 19).replace('T', ' ')} UTC`;
  must(here.title === utc && far.title === utc, `${here.title}, ${far.title}, not ${utc}`);
  must(here.shown.replaceAll('\u202f', ' ') === written(here.value, 'en-GB', 'Europe/Berlin'), `here: ${here.shown}`);
  must(far.shown.replaceAll('\u202f', ' ') === written(far.value, 'en-US', 'America/New_York'), `far: ${far.shown}`);
});

const {violations, errors} = take(seen);
check('no violation of the policy', violations.length === 0, violations.join('\n'));
// A server that is gone, or says no, is a line of error in the browser.
const unexpected = errors.filter((error) => !/Failed to load resource|ERR_CONNECTION_REFUSED/.test(error));
check('no error in the page', unexpected.length === 0, unexpected.join('\n'));
say({measure: 'edges', csp: violations.length});
await context.close();
