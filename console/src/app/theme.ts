// Light, dark and high contrast, as PatternFly has them: two classes on the root element.
import { sessionState, type Preferences } from '../api/session';
import { savePreferences } from './preferences';

export type Theme = NonNullable<Preferences['theme']>;
export type Contrast = NonNullable<Preferences['contrast']>;

const store = 'strongroom.theme';
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const prefersContrast = window.matchMedia('(prefers-contrast: more)');

/** What this browser was last told; so that the page does not flash before the session is read. */
export function rememberedTheme(): { theme: Theme; contrast: Contrast } {
  const [theme, contrast] = (window.localStorage.getItem(store) ?? '').split(' ');
  return {
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
    contrast: contrast === 'high' || contrast === 'default' ? contrast : 'system',
  };
}

function apply(): void {
  const { theme, contrast } = rememberedTheme();
  const dark = theme === 'dark' || (theme === 'system' && prefersDark.matches);
  const high = contrast === 'high' || (contrast === 'system' && prefersContrast.matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
  document.documentElement.classList.toggle('pf-v6-theme-high-contrast', high);
}

/** Shows the theme from now on, also when the system's changes. Called once. */
export function startTheme(): void {
  prefersDark.addEventListener('change', apply);
  prefersContrast.addEventListener('change', apply);
  apply();
}

/** Takes over what the signed-in person chose elsewhere. */
export function adoptTheme(preferences: Preferences): void {
  if (!preferences.theme && !preferences.contrast) return;
  window.localStorage.setItem(store, `${preferences.theme ?? 'system'} ${preferences.contrast ?? 'system'}`);
  apply();
}

/** The person's choice: shown at once, kept for every browser of theirs. */
export function chooseTheme(choice: { theme?: Theme; contrast?: Contrast }): void {
  const next = { ...rememberedTheme(), ...choice };
  window.localStorage.setItem(store, `${next.theme} ${next.contrast}`);
  apply();
  if ('session' in sessionState()) savePreferences(next);
}
