// What a person sees of a client that will stop working: on the start page, on its own page, and how it was
// asked for before and will be next.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {NARROW, SHOTS, THEMES, WIDE, axe, check, openBrowser, openPage, ready, settled, settings, signIn, take} from './bed.mjs';

await mkdir(path.join(SHOTS, 'forecast'), {recursive: true});
const browser = await openBrowser();
const {page, seen} = await openPage(browser);
await signIn(page, settings.user, settings.password);

async function look(name) {
  for (const theme of Object.keys(THEMES)) {
    await page.emulateMedia({...THEMES[theme], reducedMotion: 'reduce'});
    await settled(page);
    const {found} = await axe(page);
    check(`${name} keeps WCAG, ${theme}`, found.length === 0, JSON.stringify(found, null, 1));
    await page.screenshot({path: path.join(SHOTS, 'forecast', `${name.replaceAll(' ', '-')}-${theme}.png`), fullPage: true});
  }
  await page.setViewportSize(NARROW);
  const fits = page.waitForFunction(() => document.documentElement.scrollWidth <= innerWidth);  // the menu goes in a moment
  check(`${name} fits a narrow window`, await fits.then(() => true, () => false));
  await page.screenshot({path: path.join(SHOTS, 'forecast', `${name.replaceAll(' ', '-')}-narrow.png`), fullPage: true});
  await page.setViewportSize(WIDE);
  await page.emulateMedia({...THEMES.light, reducedMotion: 'reduce'});
  const {violations, errors} = take(seen);
  check(`${name} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${name} runs without errors`, errors.length === 0, errors.join('\n'));
}

function must(condition, what) {
  if (!condition) throw new Error(what);
}

async function openRetrieve(id) {
  await page.goto(`/repository/vault/oauth-clients/${id}/edit`);
  await ready(page);
  const dialog = page.getByRole('dialog').first();
  await dialog.getByRole('tab', {name: /Retrieve/}).click();
  return dialog;
}

const steps = {
  async 'the start page names the client, why it stops, what to do, and whose robots it concerns'() {
    await page.goto('/start');
    await ready(page);
    const card = page.locator('.pf-v6-c-card').filter({has: page.getByRole('heading', {name: 'Will stop working'})});
    const text = await card.innerText();
    for (const part of [settings.dying_label, 'Its access token ends, and nothing renews it.',
      'Have the owner of the account sign in again before then.', settings.robot_path]) {
      must(text.includes(part), `the card lacks "${part}": ${text}`);
    }
    await look('start page');
    await card.getByRole('link', {name: settings.dying_label}).click();
    await page.waitForURL((url) => url.pathname.endsWith(settings.dying));
  },
  async 'its own page has its clocks'() {
    await ready(page);
    await page.getByText('Stops working').first().waitFor();
    await page.getByText('Its access token ends, and nothing renews it. Have the owner of the account sign in again before then.').waitFor();
    await look('clocks');
  },
  async 'the flight recorder has each exchange, with what was asked and no secret'() {
    const dialog = await openRetrieve(settings.asked);
    await dialog.getByRole('button', {name: 'The last exchanges with the provider'}).click();
    const entries = dialog.getByRole('button', {name: /· gave a token ·/});
    await entries.first().waitFor();
    must((await entries.count()) >= settings.exchanges, `${await entries.count()} exchanges`);
    await entries.first().click();
    const recorded = await dialog.locator('code').first().innerText();
    must(recorded.includes('grant_type'), recorded);
    must(!recorded.includes(settings.secret), 'the secret is in the browser');
    await look('flight recorder');
  },
  async 'a dry run says what would be sent, and sends nothing'() {
    const dialog = await openRetrieve(settings.asked);
    await dialog.getByRole('button', {name: 'Dry run'}).click();
    await dialog.getByText('What would be sent. Nothing was.').waitFor();
    const planned = await dialog.getByRole('region').or(dialog.locator('code')).first().innerText();
    must(planned.includes('grant_type'), planned);
    must(!(await page.content()).includes(settings.secret), 'the secret is in the browser');
    await look('dry run');
  },
  async 'a dry run of what cannot be sent says why'() {
    const dialog = await openRetrieve(settings.dying);
    await dialog.getByRole('button', {name: 'Dry run'}).click();
    await dialog.getByText('Nothing would be sent').waitFor();
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack);
    await page.screenshot({path: path.join(SHOTS, 'forecast', `failed-${Object.keys(steps).indexOf(name)}.png`)});
  }
}
await browser.close();
