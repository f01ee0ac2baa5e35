import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useSession } from '../api/session';
import { trust as words } from '../app/messages/trust';

/** What robots have to trust before they can ask this server for anything, to download where it has a CA of its own. */
export function ServerTrust() {
  const { server } = useSession();
  return (
    <Stack hasGutter>
      <StackItem><Content component="p">{server.has_own_ca ? words.own : words.fromElsewhere}</Content></StackItem>
      {server.has_own_ca && (
        <StackItem>
          <Button variant="secondary" component="a" href="/api/v1/ca-certificate" download="strongroom-ca.crt" icon={<DownloadIcon />}>
            {words.download}
          </Button>
        </StackItem>
      )}
    </Stack>
  );
}
