// The audit log as an auditor uses it: searched, exported, checked elsewhere; a leaked token traced; a canary that somebody touched.
//
// settings: user, password: of an administrator; reader: somebody with rights in one project alone, {user, password}; token: one that a
// robot got; client, robot: labels of whom; canary: id of a client that is to become one; spare: label of another client
import {readFile} from 'node:fs/promises';
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {must} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';

const LOG = '/administration/audit-log';
const SHOTS = await emptyShots('audit');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const addresses = [];
page.on('request', (request) => addresses.push(request.url()));
await signIn(page, settings.user, settings.password);
const look = looksAt(page, SHOTS);
const story = storiesOn(page, SHOTS, () => go(LOG));
const dialog = page.getByRole('dialog');
const events = page.getByRole('grid', {name: 'Events'});

async function go(address) {
  await page.goto(address);
  await ready(page);
}

async function saved(name) {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name}).click()]);
  return {name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8')};
}

await story('the trail is searched, and the search is part of the address', async () => {
  await go(LOG);
  await events.waitFor();
  await page.getByRole('textbox', {name: /^Search names/}).fill(settings.spare);
  await page.waitForURL(/[?&]q=/);
  await ready(page);
  await events.getByText(settings.spare).first().waitFor();
  check('others are not let through', await events.getByText(settings.robot).count() === 0);
  await look('search');
  await page.getByRole('textbox', {name: /^Search names/}).fill('what nobody ever called anything');
  await page.getByRole('heading', {name: 'No event matches'}).waitFor();
  await page.getByRole('button', {name: 'Clear all filters'}).click();
  await events.waitFor();
});

await story('what is filtered is exported whole, with what it takes to check it', async () => {
  await go(`${LOG}?action=token.handed_out`);
  const csv = await saved('Export as CSV');
  must(csv.name === 'Audit log.csv', csv.name);
  must(csv.text.includes(settings.client), 'the client is not in the file');
  must(!csv.text.includes('oauth_client.created'), 'the filter was not used');
  must(!csv.text.includes(settings.token), 'a token is in the file');
  await go(LOG);
  const json = await saved('Export as JSON');
  must(json.text.includes('"hash"') && !json.text.includes(settings.token), json.text.slice(0, 200));
});

await story('its state says how anybody can check it elsewhere, and where it is sent', async () => {
  await page.getByRole('button', {name: 'State of the trail'}).click();
  await page.getByText(/from number 1 to [\d,]+/).waitFor();
  await page.getByText('strongroom audit verify --export').or(page.getByRole('textbox', {name: 'Command'})).first().waitFor();
  await page.getByRole('heading', {name: 'Where events are sent'}).waitFor();
  await look('trail');
});

await story('a leaked token names client, robot, time and address, and is forgotten', async () => {
  await page.getByRole('button', {name: 'Trace a leaked token'}).click();
  const box = dialog.getByRole('textbox', {name: 'Token or secret'});
  must(await dialog.getByRole('button', {name: 'Trace it'}).isDisabled(), 'nothing is traced');
  await box.fill('not-a-token-of-this-server');
  await dialog.getByRole('button', {name: 'Trace it'}).click();
  await dialog.getByRole('heading', {name: /This server does not know it/}).waitFor();
  await box.fill(`  ${settings.token}\n`);
  check('an answer about another token is gone', await dialog.getByRole('heading', {name: /does not know it/}).count() === 0);
  await dialog.getByRole('button', {name: 'Trace it'}).click();
  await dialog.getByRole('heading', {name: /This server handed it out/}).waitFor();
  const handOuts = dialog.getByRole('grid', {name: 'Who got it'});
  await handOuts.getByRole('link', {name: settings.client}).waitFor();
  await handOuts.getByRole('link', {name: settings.robot}).waitFor();
  await handOuts.getByText('127.0.0.1').first().waitFor();
  check('the token is gone from its box', await box.inputValue() === '');
  await look('traced');
  check('the token is nowhere in the page', !(await page.content()).includes(settings.token));
  check('it was in no address', !addresses.some((one) => one.includes(settings.token)));
  const kept = await page.evaluate(() => JSON.stringify([{...localStorage}, {...sessionStorage}]));
  check('nor is it kept in the browser', !kept.includes(settings.token));
});

await story('and whoever leaked it is stopped from there', async () => {
  await dialog.getByRole('button', {name: `Stop \u2068${settings.robot}\u2069`}).click();
  const question = page.getByRole('dialog').last();
  await question.getByRole('textbox', {name: /^Why/}).fill('its token was on the internet');
  await question.getByRole('button', {name: 'Stop at once'}).click();
  await page.getByText(new RegExp(`${settings.robot}.* stopped|stopped.*${settings.robot}`, 'i')).first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('[role="dialog"]').length === 1);  // the question is gone
  await dialog.getByRole('button', {name: 'Close', exact: true}).last().click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('button', {name: 'Trace a leaked token'}).click();
  check('the window begins anew', await dialog.getByRole('textbox', {name: 'Token or secret'}).inputValue() === '');
  await dialog.getByRole('button', {name: 'Close', exact: true}).last().click();
});

await story('a client becomes a canary among what is seldom needed', async () => {
  await go(`/repository/vault/oauth-clients/${settings.canary}/edit`);
  await dialog.getByRole('button', {name: 'Advanced'}).click();
  await dialog.getByRole('checkbox', {name: 'This is a canary'}).check();
  await dialog.getByText(/Give it a label that tempts/).waitFor();
  await look('canary-box');
  await dialog.getByRole('button', {name: /^(Save|Next)/}).first().click();
  await page.getByRole('button', {name: /^Close/}).first().click().catch(() => {});
  await go('/repository/vault/oauth-clients');
  await page.getByRole('grid').getByText('Canary').waitFor();
  await go(`/repository/vault/oauth-clients/${settings.canary}`);
  await page.getByRole('heading', {name: /nobody has looked it up/}).waitFor();
  say({ready: 'canary'});
});

await story('whoever looks it up is named on its page', async () => {
  await page.getByRole('heading', {name: /The canary was touched: 1 time/}).waitFor({timeout: 60_000});
  await page.getByRole('link', {name: 'All of it in the audit log'}).waitFor();
  await look('touched');
  await page.getByRole('link', {name: 'All of it in the audit log'}).click();
  await events.getByText('Canary touched').first().waitFor();
});

await story('who may read a part of the trail is offered no more than that', async () => {
  const other = await openBrowser();
  const {page: theirs} = await openPage(other);
  await signIn(theirs, settings.reader.user, settings.reader.password);
  await theirs.goto(LOG);
  await ready(theirs);
  await theirs.getByRole('grid', {name: 'Events'}).waitFor();
  for (const name of ['Trace a leaked token', 'State of the trail']) {
    check(`${name} is not offered to them`, await theirs.getByRole('button', {name}).count() === 0);
  }
  await other.close();
});

const {violations, errors} = take(seen);
check('the policy was kept', violations.length === 0, violations.join('\n'));
const own = errors.filter((one) => !/Failed to load resource/.test(one));
check('nothing went wrong in the page', own.length === 0, own.join('\n'));
await context.close();
say({measure: 'audit'});
