// What the console says where the server does not find itself at its public URL, and once it does.
import {mkdir} from 'node:fs/promises';
import path from 'node:path';
import {SHOTS, axe, check, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';

const PATIENCE = {timeout: 20_000};
const WRONG = `The server does not find itself at ${settings.public_url}`;
const GOOD = 'This address leads to this server.';

await mkdir(SHOTS, {recursive: true});
const browser = await openBrowser();
const {page, seen} = await openPage(browser);
await signIn(page, settings.user, settings.password);

async function look(name) {
  const {found} = await axe(page);
  check(`${name} keeps WCAG`, found.length === 0, JSON.stringify(found));
  const {violations, errors} = take(seen);
  check(`${name} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${name} runs without errors`, errors.length === 0, errors.join('\n'));
  await page.screenshot({path: path.join(SHOTS, `public-url-${name.replaceAll(' ', '-')}.png`)});
}

async function openCallback() {
  await page.goto('/repository/vault/target-systems/new');
  const dialog = page.getByRole('dialog').first();
  await dialog.getByRole('textbox', {name: /^Name/}).fill('Mail');
  await dialog.getByRole('tab', {name: 'OAuth', exact: true}).click();
  await dialog.getByRole('textbox', {name: 'Find a service provider'}).fill('generic');
  await page.keyboard.press('Enter');
  await dialog.getByRole('radio', {name: 'Authorization code'}).check();
  return dialog;
}

// Whoever runs the proxy mends it meanwhile; each press is one answer.
async function checkAgainUntilGood(place) {
  for (let presses = 0; presses < 100; presses += 1) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/public-url/check'), PATIENCE);
    await place.getByRole('button', {name: 'Check again'}).click();
    const {state} = await (await answered).json();
    if (state === 'ok') return place.getByText(GOOD).waitFor(PATIENCE);
  }
  throw new Error('it was never mended');
}

const steps = {
  async 'the start page says it, and what to do'() {
    await page.goto('/start');
    await ready(page);
    await page.getByRole('heading', {name: 'Public URL'}).waitFor(PATIENCE);
    await page.getByText(WRONG).waitFor();
    await page.getByText(/Have the proxy in front hand all paths on/).waitFor();
    await look('start page');
  },
  async 'it is said beside the callback to copy, and goes when it was mended'() {
    const dialog = await openCallback();
    const callback = await dialog.getByRole('textbox', {name: /^Callback URL/}).inputValue();
    if (!callback.startsWith(`${settings.public_url}/OAuthCallback/`)) throw new Error(callback);
    await dialog.getByText(WRONG).scrollIntoViewIfNeeded();
    await look('callback');
    say({ask: 'mend'});
    await checkAgainUntilGood(dialog);
    await dialog.getByText(WRONG).waitFor({state: 'detached', ...PATIENCE});
    await look('callback mended');
  },
  async 'the start page says nothing of it any more'() {
    await page.goto('/start');
    await ready(page);
    await page.getByRole('heading', {name: 'Needs a person now'}).waitFor(PATIENCE);
    await page.getByRole('heading', {name: 'Public URL'}).waitFor({state: 'detached', ...PATIENCE});
  },
};

for (const [name, step] of Object.entries(steps)) {
  try {
    await step();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack);
    await page.screenshot({path: path.join(SHOTS, `public-url-failed-${Object.keys(steps).indexOf(name)}.png`)});
    page.once('dialog', (question) => question.accept());
  }
}
await browser.close();
