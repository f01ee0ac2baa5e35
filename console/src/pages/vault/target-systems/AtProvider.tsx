import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Hint, HintBody, HintFooter, HintTitle } from '@patternfly/react-core/dist/esm/components/Hint';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import ExternalLinkAltIcon from '@patternfly/react-icons/dist/esm/icons/external-link-alt-icon';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import type { Flow, ServiceProvider } from './draft';

const words = targetSystemsWords;

/** What somebody has to create at the provider first, and where. */
export function AtProvider({ provider, flow }: { provider: ServiceProvider; flow: Flow }) {
  const { create_hint: particular, create_page: page } = provider.console;
  return (
    <Hint>
      <HintTitle>{words.atProvider(provider.name)}</HintTitle>
      <HintBody>{words.create[flow]}{particular && ` ${particular}`}</HintBody>
      {(page || provider.documentation) && (
        <HintFooter>
          <Flex>
            {page && <FlexItem><Elsewhere href={page} label={words.createPage(provider.name)} /></FlexItem>}
            {provider.documentation && <FlexItem><Elsewhere href={provider.documentation} label={words.documentation(provider.name)} /></FlexItem>}
          </Flex>
        </HintFooter>
      )}
    </Hint>
  );
}

function Elsewhere({ href, label }: { href: string; label: string }) {
  return (
    <Button variant="link" isInline component="a" href={href} target="_blank" rel="noreferrer" icon={<ExternalLinkAltIcon />} iconPosition="end">
      {label}
    </Button>
  );
}
