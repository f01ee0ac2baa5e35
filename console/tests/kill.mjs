// Somebody stops a client at once, in its page, and somebody lifts that.
import {mkdir} from 'node:fs/promises';
import {SHOTS, axe, check, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';

const context = await openBrowser();
const {page, seen} = await openPage(context);
await mkdir(SHOTS, {recursive: true});
await signIn(page, settings.user, settings.password);
let axeFound = 0;

async function step(name, run) {
  try {
    await run();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack ?? error);
  }
}
async function sound(where) {
  const {found} = await axe(page);
  axeFound += found.length;
  check(`${where} keeps WCAG`, found.length === 0, JSON.stringify(found, null, 1));
}

await page.goto(`/repository/vault/oauth-clients/${settings.client}`);
await ready(page);

await step('it asks why before it stops anything', async () => {
  await page.getByRole('button', {name: 'More actions'}).click();
  await page.getByRole('menuitem', {name: 'Stop at once'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await sound('the window');
  await dialog.getByRole('button', {name: 'Stop at once'}).click();
  await dialog.getByText('Say why: whoever may lift it has to know.').waitFor();
});
await step('it stops the client, and its page says why', async () => {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why').fill('It was in a log.');
  await dialog.getByLabel('Have its tokens revoked at the provider').uncheck();
  await dialog.getByRole('button', {name: 'Stop at once'}).click();
  await dialog.waitFor({state: 'detached'});
  await page.getByRole('heading', {name: 'A kill switch stops it'}).waitFor();
  await page.getByText('It was in a log.').waitFor();
  await sound('the page of a stopped client');
  const kills = await page.evaluate(async () => (await fetch('/api/v1/kills')).json());
  check('the server knows it', kills.items[0].subject === settings.client);
});
await step('who may lifts it', async () => {
  await page.getByRole('button', {name: 'Lift'}).click();
  await page.getByRole('heading', {name: 'A kill switch stops it'}).waitFor({state: 'detached'});
});
const {violations, errors} = take(seen);
check('it keeps the policy', violations.length === 0, violations.join('\n'));
say({measure: 'kill', axe: axeFound, csp: violations.length, errors: errors.length});
await context.close();
