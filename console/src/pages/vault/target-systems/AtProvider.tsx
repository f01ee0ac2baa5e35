import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Hint, HintBody, HintFooter, HintTitle } from '@patternfly/react-core/dist/esm/components/Hint';
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import type { Flow, ServiceProvider } from './draft';

const words = targetSystemsWords;

/** What somebody has to create at the provider first, and where. */
export function AtProvider({ provider, flow }: { provider: ServiceProvider; flow: Flow }) {
  const particular = words.particular[provider.id];
  return (
    <Hint>
      <HintTitle>{words.atProvider(provider.name)}</HintTitle>
      <HintBody>{words.create[flow]}{particular && ` ${particular}`}</HintBody>
      {provider.documentation && (
        <HintFooter>
          <Button variant="link" isInline component="a" href={provider.documentation} target="_blank" rel="noreferrer"
            icon={<ExternalLinkAltIcon />} iconPosition="end">
            {words.documentation(provider.name)}
          </Button>
        </HintFooter>
      )}
    </Hint>
  );
}
