// The pictures in docs/pictures/: tests/pictures.py starts this.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {THEMES, openBrowser, openPage, ready, say, settings, signIn} from './bed.mjs';
import {LIST, Window} from './client_pages.mjs';

const SIZE = {width: 1280, height: 800};

const context = await openBrowser({viewport: SIZE});
const {page} = await openPage(context);
const client = new Window(page);
await mkdir(settings.directory, {recursive: true});
await signIn(page, settings.user, settings.password);

async function picture(name, theme = 'light') {
  await page.emulateMedia({...THEMES[theme], reducedMotion: 'reduce'});
  await ready(page);
  await page.mouse.move(1, 1);
  await page.getByRole('tooltip').first().waitFor({state: 'detached'});
  await page.screenshot({path: path.join(settings.directory, `${name}.png`)});
  say({picture: `${name}.png`});
}

async function visit(address) {
  await page.goto(address);
  await ready(page);
}

await visit('/start');
await picture('start');
await visit(LIST);
await picture('oauth-clients');
await client.begin(settings.project, settings.system, 'Orders inbox');
await picture('configure');
await client.press('Next');
await client.tabOpens('Authorize');
await picture('authorize');
await client.cancel('Discard');
await visit(`${LIST}/${settings.client}`);
await page.getByRole('tab', {name: 'Use it'}).click();
await page.getByRole('combobox', {name: 'Robot'}).fill(settings.robot);
await page.getByRole('option', {name: new RegExp(settings.robot)}).first().click();
await page.getByRole('button', {name: 'Test', exact: true}).click();
await page.getByText('Allowed').first().waitFor();
await picture('use-it', 'dark');
await visit('/repository/vault/target-systems/new?tab=oauth&provider=microsoft');
await picture('target-system', 'dark');
await context.close();
