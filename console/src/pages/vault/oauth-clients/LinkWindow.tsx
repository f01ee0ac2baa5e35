import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { text } from '../../../app/messages';
import { oauthClients as words } from '../../../app/messages/oauthClients';
import { CopyField } from '../../../components/CopyField';
import { ResourceWindow } from '../../../components/ResourceWindow';
import type { ReconnectLink } from './clientActions';


/** A link that the browser did not let this page copy by itself. */
export default function LinkWindow({ link, onClose }: { link: ReconnectLink; onClose: () => void }) {
  return (
    <ResourceWindow title={words.linkTitle(link.label)} variant="small" onClose={onClose}
      footer={(close) => <Button onClick={close}>{text.common.close}</Button>}>
      <Content component="p">{words.linkCopiedBody}</Content>
      <CopyField value={link.url} label={words.copyLink} />
    </ResourceWindow>
  );
}
