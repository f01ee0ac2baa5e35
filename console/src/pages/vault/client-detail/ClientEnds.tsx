import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { client as clientWords } from '../../../app/messages/client';
import { forecast as words } from '../../../app/messages/forecast';
import { Facts, type Fact } from '../../../components/Facts';
import { errorText } from '../../../components/FormError';
import { Time } from '../../../components/Time';

type Clocks = components['schemas']['Clocks'];

interface Props {
  id: string;
  /** Of the client and its target system: what is shown is read again when one changes. */
  revisions: string;
}

/** When the client stops by itself, by which of its clocks, and what somebody does about it. */
export function ClientEnds({ id, revisions }: Props) {
  const clocks = useQuery({
    queryKey: ['/api/v1/oauth-clients', id, 'clocks', revisions],
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}/clocks', { path: { id }, signal }),
  });
  if (clocks.error) return <Content component="p">{errorText(clocks.error)}</Content>;
  if (!clocks.data) return <Skeleton height="3rem" screenreaderText={words.loading} />;
  const end = clocks.data.end;
  return (
    <>
      <Facts label={words.stops} facts={factsOf(clocks.data)} />
      {end && <Content component="small">{words.causes[end.cause]} {words.todo[end.cause]}</Content>}
    </>
  );
}

function factsOf(clocks: Clocks): Fact[] {
  const facts: Fact[] = [];
  if (clocks.refresh_token_idle) facts.push([words.idleEnds, <Time value={clocks.refresh_token_idle} />]);
  if (clocks.refresh_token_absolute) facts.push([words.absoluteEnds, <Time value={clocks.refresh_token_absolute} />]);
  if (clocks.credential) facts.push([words.credentialEnds, <Time value={clocks.credential} />]);
  const { end } = clocks;
  const isSoon = end?.warning_days != null && end.warning_days <= 30;
  facts.push([words.stops, end ? <><Time value={end.at} /> {isSoon && <Label isCompact status="warning">{clientWords.soon}</Label>}</> : words.never]);
  return facts;
}
