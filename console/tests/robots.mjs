// Robots, their keys, who may read what, a client's page, denied look-ups and the audit log: as a person goes through them.
import {mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {LOOKS, SHOTS, THEMES, WIDE, axe, check, openBrowser, openPage, ready, say, settled, settings, signIn, take} from './bed.mjs';

const context = await openBrowser({permissions: ['clipboard-read', 'clipboard-write']});
const {page, seen} = await openPage(context);
await mkdir(SHOTS, {recursive: true});
await signIn(page, settings.user, settings.password);
let axeFound = 0;
let policy = 0;

async function shot(name) {
  await page.screenshot({path: path.join(SHOTS, `${name}.png`), fullPage: true});
}

// What must hold wherever one is: the policy, no errors, WCAG. `quick` looks at one theme alone.
async function sound(where, quick = false) {
  // Where a window was closed the pointer may rest on what has a tooltip, which fades in.
  await page.mouse.move(0, 0);
  for (const {theme, size} of quick ? [{theme: 'light', size: WIDE}] : LOOKS) {
    await page.emulateMedia({...THEMES[theme], reducedMotion: 'reduce'});
    await page.setViewportSize(size);
    await settled(page);
    const {found} = await axe(page);
    axeFound += found.length;
    check(`${where} keeps WCAG, ${theme} ${size.width}`, found.length === 0, JSON.stringify(found, null, 1));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(`${where} fits the window, ${theme} ${size.width}`, overflow <= 0, `${overflow} px too wide`);
    await shot(`${where}-${theme}-${size.width}`);
  }
  await page.emulateMedia({...THEMES.light, reducedMotion: 'reduce'});
  await page.setViewportSize(WIDE);
  const {violations, errors} = take(seen);
  policy += violations.length;
  check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
  check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
}

async function go(address) {
  await page.goto(address);
  await ready(page);
}

async function pick(label, typed) {
  await page.getByRole('combobox', {name: label}).fill(typed);
  await page.getByRole('option', {name: typed}).first().click();
}

async function step(name, run) {
  try {
    await run();
    check(name, true);
  } catch (error) {
    check(name, false, error.stack ?? error);
    await shot(`failed-${name.replaceAll(/\W+/g, '-')}`);
    take(seen);
  }
}

await step('a robot is added with the plus sign', async () => {
  await go('/repository/robots');
  await page.getByRole('button', {name: 'Add robot'}).first().click();
  await sound('robot-window', true);
  const project = page.getByRole('combobox', {name: 'Project'});
  if (await project.inputValue() === '') await pick('Project', 'Default project');
  await page.getByRole('textbox', {name: 'Name'}).fill('Collector/one');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByText('This could not be saved: Name').waitFor();
  // The browser writes a line of its own about the refusal.
  take(seen);
  await page.getByRole('textbox', {name: 'Name'}).fill('Collector <b>one');
  await page.getByRole('textbox', {name: 'Path'}).fill('sales/leads');
  await page.getByRole('button', {name: 'Add', exact: true}).click();
  await page.getByRole('heading', {name: 'Collector <b>one', level: 1}).waitFor();
});

await step('its keys are shown once, and are two at most', async () => {
  for (const n of [1, 2]) {
    await page.getByRole('button', {name: 'Create key', exact: true}).click();
    const box = page.getByRole('textbox', {name: 'Robot key'});
    await box.waitFor();
    const key = await box.inputValue();
    check(`key ${n} is a robot key`, key.startsWith('srk_robot_'));
    await page.keyboard.press('Escape');
    check(`key ${n} stays until it was stored`, await box.isVisible());
    if (n === 1) await sound('new-key', true);
    await page.getByRole('button', {name: 'I have stored it'}).click();
    await box.waitFor({state: 'detached'});
    check(`key ${n} is not in the page any more`, !(await page.content()).includes(key));
  }
  check('a third is not offered', await page.getByRole('button', {name: 'Create key', exact: true}).getAttribute('aria-disabled') === 'true');
  await page.getByRole('button', {name: /^Revoke key/}).first().click();
  await page.getByRole('dialog').getByRole('button', {name: 'Revoke'}).click();
  await page.getByText('Key revoked').first().waitFor();
  await ready(page);
});

await step('it is granted access to a client', async () => {
  await page.getByRole('button', {name: 'Grant access'}).first().click();
  await pick('OAuth client', settings.label);
  await page.getByRole('dialog').getByRole('button', {name: 'Grant access'}).click();
  await page.getByRole('link', {name: settings.label}).waitFor();
  await ready(page);
  await sound('robot');
});

await step('it is edited on its own page', async () => {
  await page.getByRole('button', {name: 'Edit'}).click();
  await page.getByRole('textbox', {name: 'Path'}).fill('sales/leads/daily');
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByText('sales/leads/daily').first().waitFor();
});

await step('the list shows it, and deleting it can be undone', async () => {
  await go('/repository/robots?filter=Collector');
  await page.getByText('1 of 2').waitFor();
  await sound('robots');
  await page.getByRole('row', {name: /Collector/}).getByRole('button').last().click();
  await page.getByRole('menuitem', {name: 'Delete'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
  await page.getByRole('button', {name: 'Undo'}).click();
  await page.getByRole('link', {name: 'Collector <b>one'}).waitFor();
});

await step('a path pattern says whom it fits before it is granted', async () => {
  await go('/repository/vault/robot-access');
  await page.getByRole('button', {name: 'Grant access'}).first().click();
  const dialog = page.getByRole('dialog');
  await pick('OAuth client', settings.label);
  await dialog.getByRole('radio', {name: /All robots under a path/}).check();
  await dialog.getByRole('textbox', {name: 'Path pattern'}).fill('sales/**');
  await dialog.getByText(/Fits 1 of/).waitFor();
  await sound('grant', true);
  await dialog.getByRole('button', {name: 'Grant access'}).click();
  await page.getByText('All robots under sales/**').waitFor();
  await ready(page);
  await sound('robot-access');
});

await step('the rules are seen from the other side', async () => {
  await page.getByRole('button', {name: 'By robot or path'}).click();
  await pick('What can a robot read?', 'Collector');
  await page.waitForURL(/robot=/);
  await page.getByText('1–2 of 2').filter({visible: true}).first().waitFor();
});

await step('rules are revoked together, after a question', async () => {
  await page.getByRole('checkbox', {name: 'Select page'}).check();
  await page.getByRole('button', {name: 'Actions', exact: true}).click();
  await page.getByRole('menuitem', {name: 'Revoke access'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This cannot be undone').waitFor();
  await dialog.getByRole('button', {name: 'Revoke'}).click();
  await page.getByText('2 rules of access revoked').waitFor();
});

await step('the page of a client says how it is', async () => {
  await go(`/repository/vault/oauth-clients/${settings.failing}`);
  await page.getByText(/Nobody has to act/).waitFor();
  await sound('client-failing', true);
  await go(`/repository/vault/oauth-clients/${settings.client}`);
  await page.getByText('Robots get its tokens.').waitFor();
  await sound('client');
});

await step('it shows how to use it, and tests a look-up', async () => {
  await page.getByRole('tab', {name: 'Use it'}).click();
  await pick('Robot', 'Stranger');
  await page.getByRole('button', {name: 'Test', exact: true}).click();
  await page.getByText('No rule of robot access lets this robot').waitFor();
  await pick('Robot', settings.reader);
  await page.getByRole('button', {name: 'Test', exact: true}).click();
  await page.getByText('Allowed').waitFor();
  await page.getByText(/The token lives for|Nobody knows how long/).waitFor();
  for (const language of ['Command line', 'Python', 'PowerShell', 'C#', 'Robot Framework', 'curl']) {
    await page.getByRole('tab', {name: language, exact: true}).click();
    const code = await page.getByRole('region', {name: language, exact: true}).textContent();
    check(`the snippet for ${language} names the client`, code.includes(settings.label), code);
  }
  await page.getByRole('button', {name: 'Copy to clipboard: curl'}).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  check('the snippet is copied', copied.includes('--cacert'), copied);
  await sound('client-use');
});

await step('it shows who can read it, and what happened', async () => {
  await page.getByRole('tab', {name: 'Who can read it'}).click();
  await page.getByText(new RegExp(settings.reader)).first().waitFor();
  await ready(page);
  await sound('client-access', true);
  await page.getByRole('tab', {name: 'History'}).click();
  await page.getByText('Token handed out').first().waitFor();
  await sound('client-history', true);
});

await step('it is disabled, enabled, deleted and brought back', async () => {
  const more = page.getByRole('button', {name: 'More actions'});
  await more.click();
  await page.getByRole('menuitem', {name: 'Disable'}).click();
  await page.getByText('Disabled', {exact: true}).waitFor();
  await more.click();
  await page.getByRole('menuitem', {name: 'Enable'}).click();
  await page.getByText('Disabled', {exact: true}).waitFor({state: 'detached'});
  await more.click();
  await page.getByRole('menuitem', {name: 'Delete'}).click();
  await page.getByRole('dialog').getByRole('button', {name: 'Delete'}).click();
  await page.getByRole('button', {name: 'Undo'}).click();
  await page.getByText(`${settings.label} is back`).waitFor();
});

await step('its tokens are revoked, and the page says what the provider has not confirmed', async () => {
  await go(`/repository/vault/oauth-clients/${settings.revocable}`);
  await page.getByRole('button', {name: 'More actions'}).click();
  await page.getByRole('menuitem', {name: 'Revoke tokens'}).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 rule lets robots read it').waitFor();
  await dialog.getByText('It gets itself another token as soon as a robot asks.').waitFor();
  await sound('revoke-tokens', true);
  await dialog.getByRole('button', {name: 'Revoke tokens'}).click();
  await page.getByText('The tokens are gone here; the provider is asked again').waitFor();
  await page.getByText('the provider has not confirmed that yet').waitFor();
  await page.getByText('provider_unavailable').waitFor();
  await sound('revocation-pending');
  await page.getByRole('button', {name: 'More actions'}).click();
  check('what is pending can be tried again', await page.getByRole('menuitem', {name: 'Revoke tokens'}).isVisible());
  await page.keyboard.press('Escape');
});

await step('where the provider cannot revoke, the page says what to do', async () => {
  await go(`/repository/vault/oauth-clients/${settings.irrevocable}`);
  await page.getByRole('button', {name: 'More actions'}).click();
  await page.getByRole('menuitem', {name: 'Revoke tokens'}).click();
  await page.getByRole('dialog').getByText('No robot can read it.').waitFor();
  await page.getByRole('dialog').getByRole('button', {name: 'Revoke tokens'}).click();
  await page.getByText('Its tokens were revoked here only').waitFor();
  await page.getByText(/end this application’s access there/).waitFor();
  await sound('revocation-not-supported', true);
});

if (settings.signing) {
  await step('a reconnect link is shown once, with its end', async () => {
    await go(`/repository/vault/oauth-clients/${settings.signing}`);
    await page.getByRole('button', {name: 'More actions'}).click();
    await page.getByRole('menuitem', {name: 'Copy reconnect link'}).click();
    const link = page.getByRole('textbox', {name: 'Link'});
    await link.waitFor();
    check('it is a ticket', (await link.inputValue()).includes('/connect/'));
    await page.getByText(/It works once/).waitFor();
    await sound('reconnect-link', true);
    await page.getByRole('dialog').getByRole('contentinfo').getByRole('button', {name: 'Close'}).click();
  });
}

await step('a denied look-up says why, and access is granted from there', async () => {
  await go('/administration/denied-look-ups');
  await page.getByText('No rule lets this robot read this client.').first().waitFor();
  await page.getByText(/ \/ no such label$/).first().waitFor();
  await page.getByRole('button', {name: 'Grant access'}).first().waitFor();
  await sound('denied-look-ups');
  await page.getByRole('button', {name: 'Grant access'}).first().click();
  await page.getByRole('dialog').getByRole('button', {name: 'Grant access'}).click();
  await page.getByText('Access has been granted since').first().waitFor();
});

await step('at a telephone’s width what was settled since stays within its row', async () => {
  await page.setViewportSize({width: 420, height: 900});
  const said = page.getByText('Access has been granted since').first();
  await said.scrollIntoViewIfNeeded();
  await settled(page);
  const [inner, outer] = await said.evaluate((text) => [text, text.closest('tr')].map((one) => Math.round(one.getBoundingClientRect().right)));
  check('it fits', inner <= outer, `it ends at ${inner}, its row at ${outer}`);
  await shot('denied-settled-420');
  await sound('denied-settled', true);
  await page.setViewportSize({width: 1280, height: 900});
});

await step('no column of the denied look-ups and of the audit log is too narrow for its words', async () => {
  for (const address of ['/administration/denied-look-ups', '/administration/audit-log']) {
    await go(address);
    await page.locator('tbody td').first().waitFor();
    // A word that is broken has its letters in two lines of one text.
    const broken = await page.evaluate(() => {
      const found = [];
      for (const cell of document.querySelectorAll('tbody td, thead th')) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          for (const {0: word, index} of texts.currentNode.data.matchAll(/[^\s\u00a0/-]+/g)) {
            if (word.length > 20) continue;
            const range = document.createRange();
            range.setStart(texts.currentNode, index);
            range.setEnd(texts.currentNode, index + word.length);
            if (new Set([...range.getClientRects()].map(({top}) => Math.round(top))).size > 1) found.push(word);
          }
        }
      }
      return found;
    });
    check(`${address} breaks no word`, broken.length === 0, broken.join(', '));
  }
});

await step('the CA’s certificate is downloaded where trust is explained', async () => {
  for (const address of [`/repository/vault/oauth-clients/${settings.client}?tab=use`, `/repository/robots/${settings.robot}`]) {
    await go(address);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name: 'Download CA certificate'}).click()]);
    const text = await readFile(await file.path(), 'utf8');
    check(`${address} gives it`, file.suggestedFilename() === 'strongroom-ca.crt' && text.startsWith('-----BEGIN CERTIFICATE-----'), text.slice(0, 40));
  }
});

await step('the audit log is filtered, opened and exported', async () => {
  await go('/administration/audit-log');
  await page.getByRole('combobox', {name: 'Action'}).selectOption('lookup.denied');
  await page.waitForURL(/action=lookup\.denied/);
  await page.getByText(/^Newest \d+ of \d+$/).waitFor();
  await page.getByRole('button', {name: /Look-up denied, .*: details|Details/}).first().click();
  await page.getByRole('region', {name: 'Event'}).waitFor();
  check('an event shows its reason', (await page.getByRole('region', {name: 'Event'}).textContent()).includes('"reason"'));
  await sound('audit-log-open', true);
  for (const [name, kind] of [['Export as CSV', 'csv'], ['Export as JSON', 'ndjson']]) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', {name}).click()]);
    check(`${name} saves a file`, file.suggestedFilename() === `Audit log.${kind}`, file.suggestedFilename());
  }
  await page.getByRole('button', {name: 'Head of the chain'}).click();
  const head = await page.getByRole('textbox', {name: 'Head of the chain'}).inputValue();
  check('the head is a hash', /^[0-9a-f]{64}$/.test(head), head);
  await page.getByRole('button', {name: 'Clear all filters'}).click();
  await ready(page);
  await sound('audit-log');
});

await context.close();
say({measure: 'robots', csp: policy, axe: axeFound});
