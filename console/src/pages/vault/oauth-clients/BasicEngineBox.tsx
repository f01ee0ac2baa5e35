import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { HelpText } from '../../../components/HelpText';
import { canBeDelivered, type OAuthClient, type TargetSystem } from './clientTypes';
import Takers from './Takers';

interface BasicEngineBoxProps {
  system?: TargetSystem;
  /** Left out: a new one. */
  client?: OAuthClient;
  isChecked: boolean;
  isReadOnly: boolean;
  onChange: (isChecked: boolean) => void;
}

/** The box that lets Basic Engine Robots in, with everything that has to be known before it is ticked. */
export function BasicEngineBox({ system, client, isChecked, isReadOnly, onChange }: BasicEngineBoxProps) {
  const settings = useQuery({
    queryKey: ['/api/v1/server-settings'], queryFn: ({ signal }) => api.get('/api/v1/server-settings', { signal }),
  });
  const cannot = system !== undefined && !canBeDelivered(system);
  return (
    <FormGroup role="group" fieldId="basic-engine" label={words.basicEngine}
      labelHelp={<HelpText about={words.basicEngineBox}><Caveats /></HelpText>}>
      <Checkbox id="basic-engine-box" label={words.basicEngineBox} isChecked={isChecked} isDisabled={isReadOnly || (cannot && !isChecked)}
        onChange={(_, checked) => onChange(checked)} description={cannot ? words.basicEngineCannot : words.basicEngineWhat} />
      {isChecked && (
        <Alert isInline isPlain isLiveRegion variant="warning" title={words.basicEngineLessSecure}>
          <p>{words.basicEngineAdvice}</p>
          <Limits />
        </Alert>
      )}
      {settings.data?.basic_engine_robots_forbidden && <Alert isInline isPlain variant="info" title={words.basicEngineForbidden} />}
      {client && client.basic_engine_inputs.length > 0 && (
        <Alert isInline isPlain variant="info" title={words.basicEngineTakers}><Takers client={client} /></Alert>
      )}
    </FormGroup>
  );
}

/** What Basic Engine Robots cannot do even with the box ticked. */
function Limits() {
  return (
    <>
      <p>{words.basicEngineLimited}</p>
      <List>{words.basicEngineLimits.map((one) => <ListItem key={one}>{one}</ListItem>)}</List>
    </>
  );
}

function Caveats() {
  return (
    <List>
      <ListItem>{words.basicEngineFor}</ListItem>
      <ListItem>{words.basicEngineRestored}</ListItem>
      <ListItem>{words.basicEngineLessSecure}</ListItem>
      <ListItem>{words.basicEngineEach}</ListItem>
      <ListItem><Limits /></ListItem>
      <ListItem>{words.basicEngineAdvice}</ListItem>
    </List>
  );
}
