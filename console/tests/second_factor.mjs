// The second factor, and showing once more who one is: set up, signed in with, asked for again, lost and reset.
//
// settings: user, password: of an administrator; other: {id, name, password}, somebody without a second factor
import {check, emptyShots, openBrowser, openPage, ready, say, settings, signIn, take} from './bed.mjs';
import {eventually} from './client_pages.mjs';
import {looksAt, storiesOn} from './stories.mjs';
import {Authenticator} from './totp.mjs';

const shots = await emptyShots('second-factor');
const context = await openBrowser();
const {page, seen} = await openPage(context);
const elsewhere = await openBrowser();
const other = await openPage(elsewhere);
const story = storiesOn(page, shots);
const look = looksAt(page, shots);
const lookElsewhere = looksAt(other.page, shots);
let app;
let recovery = [];
let policy = 0;

const dialog = () => page.getByRole('dialog').last();
const press = (name) => dialog().getByRole('button', {name, exact: true}).click();

function sound(where) {
  for (const one of [seen, other.seen]) {
    const {violations, errors} = take(one);
    policy += violations.length;
    check(`${where} keeps the policy`, violations.length === 0, violations.join('\n'));
    check(`${where} runs without errors`, errors.length === 0, errors.join('\n'));
  }
}

// The browser writes a line of its own about every refusal.
function refused() {
  take(seen);
  take(other.seen);
}

async function account(tab = 'sign-in') {
  await page.goto(`/account/${tab}`);
  await ready(page);
}

async function typeIn(where, password) {
  await where.getByLabel(/^Password/).fill(password);
}

async function giveCode(where, code) {
  await where.getByLabel(/^(Code|Recovery code)/).fill(code);
}

// A session outlives a restart, and that somebody has just shown who they are does not.
async function lapse() {
  say({please: 'stop'});
  await eventually(page, () => fetch('/api/v1/session').then(() => false, () => true), 'the server to be gone');
  say({please: 'start'});
  await eventually(page, () => fetch('/api/v1/session').then((answer) => answer.ok, () => false), 'the server to be back');
  refused();
}

await signIn(page, settings.user, settings.password);

await story('it is set up with a picture, and counts once a code was entered', async () => {
  await account();
  await page.getByRole('button', {name: 'Set up'}).click();
  await dialog().getByRole('img', {name: /^Picture for the authenticator app/}).waitFor();
  const secret = await dialog().getByText(/^([A-Z2-7]{4} )+[A-Z2-7]{1,4}$/).textContent();
  app = new Authenticator(secret);
  await look('set-up');
  await giveCode(dialog(), app.wrong());
  await press('Turn on');
  await dialog().getByText('That code does not fit.').waitFor();
  refused();
  await look('set-up-wrong');
  await giveCode(dialog(), await app.next());
  await press('Turn on');
  await page.getByRole('dialog', {name: 'Keep these recovery codes'}).waitFor();
  recovery = (await dialog().locator('code').textContent()).trim().split('\n');
  check('there are ten recovery codes', recovery.length === 10 && new Set(recovery).size === 10, recovery.length);
  await look('recovery-codes');
  check('it does not close before they are kept', await dialog().getByRole('button', {name: 'Done'}).isDisabled());
  await page.keyboard.press('Escape');
  const [file] = await Promise.all([page.waitForEvent('download'), press('Save as a file')]);
  check('the file has a name of its own', file.suggestedFilename() === 'strongroom-recovery-codes.txt', file.suggestedFilename());
  await dialog().getByRole('checkbox', {name: /^I have kept them/}).check();
  await press('Done');
  await page.getByText('With a password and a code', {exact: true}).waitFor();
  await ready(page);
  check('neither secret nor codes stay in the page', await page.evaluate((words) => {
    const all = document.documentElement.outerHTML;
    return words.every((word) => !all.includes(word));
  }, [app.secret, secret, ...recovery]));
  await look('on');
  sound('setting it up');
});

await story('signing in asks for the code after the password', async () => {
  await other.page.goto('/sign-in');
  await ready(other.page);
  await other.page.getByLabel(/^User name/).fill(settings.user);
  await typeIn(other.page, settings.password);
  await other.page.getByRole('button', {name: 'Sign in', exact: true}).click();
  await other.page.getByLabel(/^Code/).waitFor();
  check('the cursor is in the box of the code', await other.page.getByLabel(/^Code/).evaluate((box) => box === document.activeElement));
  await lookElsewhere('sign-in-code');
  await giveCode(other.page, app.wrong());
  await other.page.getByRole('button', {name: 'Sign in', exact: true}).click();
  await other.page.getByText('That code is wrong, or was used already.').waitFor();
  refused();
  await giveCode(other.page, await app.next());
  await other.page.getByRole('button', {name: 'Sign in', exact: true}).click();
  await other.page.waitForURL('**/start');
  await ready(other.page);
  sound('signing in');
});

await story('under an open page the window asks for the code too, and takes a recovery code', async () => {
  await account();
  await page.getByRole('button', {name: 'End all other sessions'}).click();
  await page.getByRole('button', {name: 'End all other sessions'}).waitFor({state: 'detached'});
  await other.page.getByRole('link', {name: 'Users', exact: true}).click();
  const window = other.page.getByRole('dialog', {name: /Your session has ended/});
  await window.waitFor();
  await typeIn(window, settings.password);
  await window.getByRole('button', {name: 'Sign in', exact: true}).click();
  await window.getByRole('button', {name: /use a recovery code/}).click();
  await giveCode(window, recovery.shift());
  await lookElsewhere('ended-code');
  await window.getByRole('button', {name: 'Sign in', exact: true}).click();
  await window.waitFor({state: 'detached'});
  await other.page.getByRole('heading', {name: 'Users', level: 1}).waitFor();
  refused();
  await account();
  await page.getByRole('definition').filter({hasText: /^9$/}).waitFor();
  sound('signing in again');
});

await story('what wants it asks once more who it is, and goes on', async () => {
  await lapse();
  await page.goto('/administration/roles');
  await ready(page);
  await page.getByRole('button', {name: 'Add role'}).first().click();
  await dialog().getByRole('textbox', {name: 'Name'}).fill('Made after a step-up');
  await dialog().getByRole('checkbox', {name: 'See', exact: true}).check();
  await press('Add');
  const window = page.getByRole('dialog', {name: 'Show that it is you'});
  await window.waitFor();
  await look('step-up');
  await page.keyboard.press('Escape');
  await window.waitFor({state: 'detached'});
  await page.getByText('This could not be saved').waitFor();
  check('what was entered is still there', await dialog().getByRole('textbox', {name: 'Name'}).inputValue() === 'Made after a step-up');
  refused();
  await press('Add');
  await window.waitFor();
  await typeIn(window, 'this is not the one');
  await giveCode(window, app.wrong());
  await window.getByRole('button', {name: 'Go on'}).click();
  await window.getByText('That was not right.').waitFor();
  refused();
  await look('step-up-wrong');
  await typeIn(window, settings.password);
  await giveCode(window, await app.next());
  await window.getByRole('button', {name: 'Go on'}).click();
  await page.getByRole('columnheader', {name: /Made after a step-up/}).waitFor();
  check('it is made once', await page.getByRole('columnheader', {name: /Made after a step-up/}).count() === 1);
  await ready(page);
  sound('the step-up');
});

await story('recovery codes are made anew', async () => {
  await account();
  await page.getByRole('button', {name: 'New recovery codes'}).click();
  await press('Make new ones');
  await page.getByRole('dialog', {name: 'Keep these recovery codes'}).waitFor();
  const anew = (await dialog().locator('code').textContent()).trim().split('\n');
  check('they are others', anew.length === 10 && anew.every((code) => !recovery.includes(code)));
  recovery = anew;
  await dialog().getByRole('checkbox', {name: /^I have kept them/}).check();
  await press('Done');
  await page.getByRole('definition').filter({hasText: /^10$/}).waitFor();
  sound('new recovery codes');
});

await story('it is turned off, and the password alone signs in', async () => {
  await page.getByRole('button', {name: 'Turn off'}).click();
  await look('turn-off');
  await press('Turn off');
  await page.getByRole('button', {name: 'Set up'}).waitFor();
  await signIn(other.page, settings.user, settings.password);
  check('the password is enough', true);
  sound('turning it off');
});

await story('an administrator resets one that was lost', async () => {
  const {id, name, password} = settings.other;
  await elsewhere.clearCookies();
  await signIn(other.page, name, password);
  await other.page.goto('/account/sign-in');
  await ready(other.page);
  await other.page.getByRole('button', {name: 'Set up'}).click();
  const secret = await other.page.getByRole('dialog').getByText(/^([A-Z2-7]{4} )+[A-Z2-7]{1,4}$/).textContent();
  await giveCode(other.page.getByRole('dialog'), await new Authenticator(secret).next());
  await other.page.getByRole('button', {name: 'Turn on'}).click();
  await other.page.getByRole('dialog', {name: 'Keep these recovery codes'}).waitFor();
  await page.goto(`/administration/users/${id}`);
  await ready(page);
  await page.getByText('With a password and a code of the second factor').waitFor();
  await look('user');
  await page.getByRole('button', {name: 'Reset second factor'}).click();
  await press('Reset second factor');
  await page.getByText('With a password', {exact: true}).waitFor();
  await elsewhere.clearCookies();
  check('there is nothing to reset any more', await page.getByRole('button', {name: 'Reset second factor'}).count() === 0);
  await signIn(other.page, name, password);
  check('the password is enough', true);
  take(other.seen);  // what its page asked for while nobody was signed in
  sound('resetting');
});

await elsewhere.close();
await context.close();
say({measure: 'second factor', csp: policy});
