import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import type { ApiKey } from '../../api/apiKeys';
import { text } from '../../app/messages';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { permissionName } from '../../app/messages/permissions';
import { useProjectNames } from '../../components/projectNames';
import { Time } from '../../components/Time';
import { endsSoon } from './lifetime';

/** The state in words; a state of a newer server is shown as it is. */
export function stateName(key: ApiKey): string {
  if (endsSoon(key)) return words.endsSoon;
  const names: Record<string, string> = { active: words.active, expired: words.expired, revoked: words.revoked };
  return names[key.state] ?? key.state;
}

export function KeyState({ apiKey }: { apiKey: ApiKey }) {
  const status = apiKey.state !== 'active' ? undefined : endsSoon(apiKey) ? 'warning' : 'success';
  return <Label variant="outline" status={status}>{stateName(apiKey)}</Label>;
}

/** When it was last used, and from which address. */
export function LastUse({ apiKey }: { apiKey: ApiKey }) {
  if (!apiKey.last_used_at) return <>{words.usedNever}</>;
  return <><Time value={apiKey.last_used_at} />{apiKey.last_used_from && <> {words.usedFrom(apiKey.last_used_from)}</>}</>;
}

/** What it may do, in one line of words. */
export function mayText(key: ApiKey): string {
  return key.permissions.map(permissionName).join(', ') || text.common.emptyValue;
}

/** Says where a key works. Names of projects are those that the person sees. */
export function useWhere(): (key: ApiKey) => string {
  const names = useProjectNames();
  return (key) => {
    const wanted = key.projects ?? [];
    if (wanted.length === 0) return words.everywhere;
    const known = wanted.flatMap((id) => names?.get(id) ?? []);
    const unknown = wanted.length - known.length;
    return [...known, ...(unknown > 0 && names ? [words.goneProjects(unknown)] : [])].join(', ');
  };
}
