import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import PencilAltIcon from '@patternfly/react-icons/dist/esm/icons/pencil-alt-icon';
import TrashIcon from '@patternfly/react-icons/dist/esm/icons/trash-icon';
import { text, type ClientState } from '../app/messages';

const looks: Record<ClientState, { status?: 'success' | 'warning' | 'danger' | 'info' | 'custom'; icon?: React.ReactNode }> = {
  active: { status: 'success' },
  expiring: { status: 'warning' },
  failing: { status: 'danger' },
  needs_sign_in: { status: 'danger' },
  needs_retrieval: { status: 'info' },
  disabled: { icon: <BanIcon /> },
  draft: { icon: <PencilAltIcon /> },
  deleted: { icon: <TrashIcon /> },
  stopped: { status: 'danger', icon: <BanIcon /> },
  quarantined: { status: 'warning' },
};

/** The state of an OAuth client in words and an icon, never in colour alone. A state of a newer server is shown as it is. */
export function StatusLabel({ state }: { state: string }) {
  const known = state in looks ? (state as ClientState) : undefined;
  const look = known ? looks[known] : {};
  return (
    <Label variant="outline" status={look.status} icon={look.icon}>
      {known ? text.status[known] : state}
    </Label>
  );
}
