import { AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Link, useLocation, useSearch } from 'wouter';
import { retrieve as words } from '../../../app/messages/retrieve';
import { changeSearch } from '../../../app/url';
import { systemsBase, type OAuthClient } from './clientTypes';
import { faultyField } from './faultyField';

interface MendLinksProps {
  client: OAuthClient;
  /** The cause of a failure, or the name of a problem. */
  cause?: string;
  /** The target system is at fault, as far as is known. */
  isOfSystem: boolean;
  /** Opens the client's own *Configure* at a field. */
  configure: (pointer: string) => void;
}

/** The way to the field that is at fault, and back to this tab once it is mended. Nothing where no window has it. */
export function MendLinks({ client, cause, isOfSystem, configure }: MendLinksProps) {
  const [path] = useLocation();
  const search = useSearch();
  const field = faultyField(cause, client);
  if (field?.of === 'client') {
    return <AlertActionLink onClick={() => configure(field.pointer)}>{words.toConfigure}</AlertActionLink>;
  }
  if (!field && !isOfSystem) return null;
  const back = changeSearch(search, { target_system: undefined });
  const query = changeSearch('tab=oauth', { field: field?.pointer, return_to: back ? `${path}?${back}` : path });
  return <Link href={`${systemsBase}/${client.target_system}/edit?${query}`}>{words.openSystem(client.target_system_name)}</Link>;
}
