// Somebody who has never seen it: from the first sign-in on an empty server to a robot's first token. Only what a page offers
// is pressed, and the line that the robot runs is the one that the console shows.
//
// settings: password: of the first start's file; directory: where the robot works, with strongroom-ca.crt in it; provider: what
//   somebody knows of theirs, {token_endpoint, consumer_key, consumer_secret, scope, ca}.
import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {axe, check, emptyShots, openBrowser, openPage, ready, say, settings, take} from './bed.mjs';
import {Window, eventually, must} from './client_pages.mjs';

const SHOTS = await emptyShots('first-steps');
const context = await openBrowser({permissions: ['clipboard-read', 'clipboard-write']});
const {page, seen} = await openPage(context);
const client = new Window(page);
const {provider} = settings;
const GUIDE = 'From nothing to a robot’s first token';
const STEPS = ['Project', 'Target system', 'OAuth client', 'Robot', 'Look-up'];
let told = 0;
let stopped = false;

// One after the other: what follows a step that failed would say nothing.
async function step(name, tell) {
  if (stopped) return check(name, false, 'the step before it failed');
  try {
    await tell();
    check(name, true);
    const {found} = await axe(page);
    check(`axe: ${name}`, found.length === 0, JSON.stringify(found, null, 1));
    await page.screenshot({path: path.join(SHOTS, `${++told}.png`)});
  } catch (failure) {
    stopped = true;
    check(name, false, failure.stack ?? failure);
    await page.screenshot({path: path.join(SHOTS, 'failed.png')});
  }
}

// The guided path: which steps are ticked off, and the one button that stands out.
async function guide(where, done, next) {
  await where.getByRole('heading', {name: GUIDE}).waitFor();
  for (const one of STEPS) {
    await where.getByLabel(`${one}: ${done.includes(one) ? 'done' : 'to do'}`, {exact: true}).waitFor();
  }
  return where.getByRole('link', {name: next, exact: true});
}

async function toStart() {
  await page.getByRole('link', {name: 'Start', exact: true}).click();
  await page.getByRole('heading', {name: 'Start', level: 1}).waitFor();
}

await step('signing in for the first time asks for a password of one’s own', async () => {
  await page.goto('/');
  await page.getByRole('textbox', {name: /^User name/}).fill('admin');
  await page.locator('input[type=password]').fill(settings.password);
  await page.getByRole('button', {name: 'Sign in', exact: true}).click();
  await page.getByText('This password was made for you.').waitFor();
  const chosen = 'a horse, a battery and a staple';
  const boxes = page.locator('input[type=password]');
  await boxes.nth(0).fill(settings.password);
  await boxes.nth(1).fill(chosen);
  await boxes.nth(2).fill(chosen);
  await page.getByRole('button', {name: 'Change password', exact: true}).click();
});

await step('the first page shows the way', async () => {
  const next = await guide(page, ['Project'], 'Add target system');
  await next.click();
});

await step('a target system takes what one has of one’s provider', async () => {
  const dialog = client.dialog;
  await client.box('Name').fill('Invoices');
  await client.tab('OAuth').click();
  await dialog.getByRole('textbox', {name: 'Find a service provider'}).fill('generic');
  await page.keyboard.press('Enter');
  await client.box('Token endpoint').fill(provider.token_endpoint);
  await client.box('Consumer key').fill(provider.consumer_key);
  await client.box('Consumer secret').fill(provider.consumer_secret);
  await client.box('Scopes').fill(`${provider.scope} `);
  // Only because this provider is on the same machine, with a CA of its own.
  await client.press('Network');
  await client.box('Trusted CA').fill(provider.ca);
  await client.box('Allowed addresses').fill('127.0.0.1/32');
  await page.keyboard.press('Enter');
  await client.press('Add');
  await dialog.waitFor({state: 'detached'});
  await page.getByText(/Target system .*Invoices.* added/).first().waitFor();
});

await step('the way leads on to an OAuth client', async () => {
  await toStart();
  await (await guide(page, ['Project', 'Target system'], 'Add OAuth client')).click();
  await client.choose('Project', 'Default project');
  await client.choose('Target system', 'Invoices');
  await client.box('Label').fill('nightly run');
  await client.press('Next');
  await client.tabOpens('Retrieve access tokens');
  await client.renews('yes');
  await client.press('Finish');
});

await step('and from there to a robot, its key, and the line that it runs', async () => {
  await client.dialog.getByText('No robot can use this client yet').waitFor();
  await client.box('Name').fill('collector');
  await client.press('Grant access');
  await client.dialog.getByText('Waiting for its first look-up').waitFor();
});

await step('the line as it stands there gives the robot its token, and the window ticks it off', async () => {
  const start = await context.newPage();
  await start.goto('/start');
  await guide(start, ['Project', 'Target system', 'OAuth client', 'Robot'], 'Open OAuth clients');
  const key = await client.dialog.getByRole('textbox', {name: 'Robot key'}).inputValue();
  await writeFile(path.join(settings.directory, 'robot.key'), `${key}\n`, {mode: 0o600});
  await client.dialog.getByText('strongroom-ca.crt').first().waitFor();
  await client.dialog.getByRole('button', {name: /Copy.*Look-up with curl/}).click();
  const line = await page.evaluate(() => navigator.clipboard.readText());
  must(line.startsWith('curl ') && !line.includes(key), line);
  const {stdout} = await promisify(execFile)('bash', ['-c', line], {cwd: settings.directory});
  must(JSON.parse(stdout).access_token, stdout.slice(0, 200));
  await client.dialog.getByText('The first look-up arrived. All is done.').waitFor();
  await start.getByLabel('Look-up: done', {exact: true}).waitFor();
  await start.screenshot({path: path.join(SHOTS, 'start-done.png')});
  await start.close();
});

await step('all is ticked off, and does not come back once it was put away', async () => {
  await client.press('I have copied the key');
  await client.dialog.waitFor({state: 'detached'});
  await toStart();
  await page.getByLabel('Look-up: done', {exact: true}).waitFor();
  await page.getByRole('button', {name: 'Put this away'}).click();
  await page.getByRole('heading', {name: GUIDE}).waitFor({state: 'detached'});
  await eventually(page, async () => (await (await fetch('/api/v1/session')).json()).preferences.guideDone === true, 'that to be stored');
  await page.reload();
  await page.getByRole('img', {name: /Look-ups by the hour: Tokens handed out 1/}).waitFor();
  must((await page.getByRole('heading', {name: GUIDE}).count()) === 0, 'the way is shown again');
});

const {violations, errors} = take(seen);
check('no violation of the policy', violations.length === 0, violations.join('\n'));
check('no error in the page', errors.length === 0, errors.join('\n'));
say({measure: 'first steps', steps: told});
await context.close();
