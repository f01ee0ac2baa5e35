// What a person does in the window of an OAuth client, and at the provider: by role and name, as they see it.
import {ready} from './bed.mjs';

export const LIST = '/repository/vault/oauth-clients';

export function must(condition, what) {
  if (!condition) throw new Error(what);
}

// Asks in the page, with `about`, again and again, until the answer is yes. (waitForFunction takes a promise for a yes.)
export async function eventually(page, ask, what, patience_ms = 20_000, about = undefined) {
  const end = Date.now() + patience_ms;
  while (!(await page.evaluate(ask, about))) {
    must(Date.now() < end, `waited in vain for ${what}`);
    await page.waitForTimeout(50);
  }
}

export class Window {
  constructor(page) {
    this.page = page;
  }

  // The window itself; a question over it comes later in the page.
  get dialog() {
    return this.page.getByRole('dialog').first();
  }

  tab(name) {
    return this.dialog.getByRole('tab', {name});
  }

  // `name` begins the box's name: a required one has a star behind it.
  box(name) {
    return this.dialog.getByRole('textbox', {name: new RegExp(`^${name}`)});
  }

  list(name) {
    return this.dialog.getByRole('combobox', {name: new RegExp(`^${name}`)});
  }

  engineBox() {
    return this.dialog.getByRole('checkbox', {name: /^Allow access for Basic Engine Robots/});
  }

  async isOpen(name) {
    return (await this.tab(name).getAttribute('aria-selected')) === 'true';
  }

  tabOpens(name) {
    return this.dialog.getByRole('tab', {name, selected: true}).waitFor();
  }

  press(name) {
    return this.dialog.getByRole('button', {name, exact: true}).click();
  }

  // Chooses the option that begins with `text`; answers how it is written in full.
  async choose(name, text) {
    const option = this.list(name).getByRole('option', {name: new RegExp(`^${text}( \\(|$)`)});
    await option.first().waitFor({state: 'attached'});
    const chosen = await option.first().textContent();
    await this.list(name).selectOption({label: chosen});
    return {chosen};
  }

  // As a paste does it: the text appears at once, where the cursor is.
  async paste(name, text) {
    await this.box(name).fill('');
    await this.box(name).focus();
    await this.page.keyboard.insertText(text);
  }

  // What the question mark beside `about` says.
  async help(about) {
    await this.dialog.getByRole('button', {name: `More about ${about}`}).click();
    const popover = this.page.getByRole('dialog', {name: about});
    const said = await popover.textContent();
    await popover.getByRole('button', {name: 'Close'}).click();
    await popover.waitFor({state: 'detached'});
    return said;
  }

  // A new client, up to *Next*.
  async begin(project, system, label) {
    await this.page.goto(LIST);
    await ready(this.page);
    await this.page.getByRole('button', {name: 'Add OAuth client'}).first().click();
    await this.choose('Project', project);
    await this.choose('Target system', system);
    await this.box('Label').fill(label);
  }

  // Leaves by *Cancel*, and answers the question that it asks.
  async cancel(answer) {
    await this.press('Cancel');
    await this.page.getByRole('dialog').last().getByRole('button', {name: answer, exact: true}).click();
    await this.page.getByRole('dialog').first().waitFor({state: 'detached'});
  }

  // The first line of *Retrieve access tokens*.
  async renews(how) {
    await this.dialog.getByRole('heading', {name: new RegExp(`^Renews itself: ${how}`)}).waitFor();
  }
}

// Opens a link as the owner of the account does.
export async function visitProvider(context, link) {
  const visitor = await context.newPage();
  await visitor.goto(link);
  return visitor;
}

// At the ticket page and at the provider's own pages, up to the callback's answer. Providers ask for a
// name and a password or, as Microsoft does, for the account alone.
export async function signInAtProvider(visitor, login) {
  await visitor.getByRole('button', {name: 'Continue'}).click();
  await visitor.locator('input[name=login], input[name=account]').fill(login);
  const password = visitor.locator('input[name=password]');
  if (await password.isVisible()) await password.fill('x');
  await visitor.locator('form button').first().click();
  // Some ask whether it is really meant.
  const consent = visitor.locator('form button').first();
  const end = visitor.getByText('You can close this tab');
  await consent.or(end).first().waitFor();
  if (!(await end.isVisible())) await consent.click();
  await end.waitFor();
  must(!/code=/.test(visitor.url()), 'the code stands in the address');
  await visitor.close();
}
