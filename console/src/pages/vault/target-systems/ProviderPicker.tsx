import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Gallery } from '@patternfly/react-core/dist/esm/layouts/Gallery';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useId, useState } from 'react';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { ProviderIcon } from '../../../components/ProviderIcon';
import { SearchBox } from '../../../components/SearchBox';
import { flowsOf, type ServiceProvider } from './draft';

const words = targetSystemsWords;

export interface ProviderPickerProps {
  providers: ServiceProvider[];
  /** The id of the chosen one; '': none yet. */
  value: string;
  error?: string;
  onChange: (provider: ServiceProvider) => void;
}

/** Whether what was typed is part of the name or id. */
export function matches(provider: Pick<ServiceProvider, 'id' | 'name'>, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return provider.name.toLowerCase().includes(wanted) || provider.id.includes(wanted);
}

/** The catalogue as a gallery with a search; once one is chosen, that one alone. */
export function ProviderPicker({ providers, value, error, onChange }: ProviderPickerProps) {
  const [isOpen, setOpen] = useState(value === '');
  const chosen = providers.find(({ id }) => id === value);
  const id = useId();
  return (
    <FormGroup label={words.provider} isRequired role="group" data-pointer="/service_provider" fieldId={id}>
      {chosen && !isOpen
        ? <Chosen provider={chosen} id={id} change={() => setOpen(true)} />
        : <ProviderGallery providers={providers} value={value} id={id} onChange={(provider) => {
          onChange(provider);
          setOpen(false);
        }} />}
      {error && (
        <FormHelperText>
          <HelperText isLiveRegion><HelperTextItem variant="error">{error}</HelperTextItem></HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

function Chosen({ provider, id, change }: { provider: ServiceProvider; id: string; change: () => void }) {
  return (
    <Flex alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsSm' }}>
      <FlexItem><ProviderIcon icon={provider.console.icon} name={provider.name} /></FlexItem>
      <FlexItem>{provider.name}</FlexItem>
      <FlexItem><Button id={id} variant="link" onClick={change}>{words.changeProvider}</Button></FlexItem>
    </Flex>
  );
}

/** Whether all of an id or a name was typed: then it is meant, whatever others begin like it. */
function isWhole({ id, name }: ServiceProvider, typed: string): boolean {
  const key = typed.trim().toLowerCase();
  return key === id || key === name.toLowerCase();
}

function ProviderGallery({ providers, value, id, onChange }: Omit<ProviderPickerProps, 'error'> & { id: string }) {
  const [typed, setTyped] = useState('');
  const found = providers.filter((provider) => matches(provider, typed));
  const only = found.length === 1 ? found[0] : found.find((provider) => isWhole(provider, typed));
  return (
    <Stack hasGutter>
      <StackItem>
        <SearchBox id={id} value={typed} label={words.findProvider} onChange={setTyped}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (only) onChange(only);
          }} />
      </StackItem>
      <StackItem>
        {found.length === 0 ? <Content component="p">{words.noProvider}</Content> : (
          <Gallery hasGutter minWidths={{ default: '220px' }}>
            {found.map((provider) => (
              <ProviderCard key={provider.id} provider={provider} isSelected={provider.id === value} choose={() => onChange(provider)} />
            ))}
          </Gallery>
        )}
      </StackItem>
    </Stack>
  );
}

function ProviderCard({ provider, isSelected, choose }: { provider: ServiceProvider; isSelected: boolean; choose: () => void }) {
  const id = useId();
  return (
    <Card isCompact isFullHeight isClickable isClicked={isSelected}>
      <CardHeader selectableActions={{ onClickAction: choose, selectableActionAriaLabelledby: id }}>
        <Flex alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsSm' }} flexWrap={{ default: 'nowrap' }}>
          <FlexItem><ProviderIcon icon={provider.console.icon} name={provider.name} /></FlexItem>
          <FlexItem><CardTitle id={id}>{provider.name}</CardTitle></FlexItem>
        </Flex>
      </CardHeader>
      <CardBody>{flowsOf(provider).map((flow) => words.flows[flow]).join(', ')}</CardBody>
    </Card>
  );
}
