// What an entry of the catalogue says of the fields: where at the provider their values are entered or found.
import { targetSystems as words } from '../../../app/messages/targetSystems';
import type { ServiceProvider } from './draft';

type What = ServiceProvider['console']['paste'][number]['what'];

/** The hint of a field and, where the entry knows it, the place at the provider. */
export function withPlace(hint: string, what: What, provider?: ServiceProvider): string {
  const where = provider?.console.paste.find((one) => one.what === what)?.where;
  return provider && where ? `${hint} ${words.placeAtProvider(provider.name, where)}` : hint;
}

/** The scopes with one of the usual ones chosen or not; the others stay as they are, in their order. */
export function withScope(scopes: string[], scope: string, isChosen: boolean): string[] {
  const others = scopes.filter((one) => one !== scope);
  if (!isChosen) return others;
  return scopes.includes(scope) ? scopes : [...scopes, scope];
}
