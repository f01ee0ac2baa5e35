import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import { kill as words } from '../app/messages/kill';

/** Beside a name: that a kill switch stops it. */
export function StoppedLabel() {
  return <Label isCompact status="danger" icon={<BanIcon />}>{words.label}</Label>;
}
