import { CodeBlock, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { retrieve as words } from '../../../app/messages/retrieve';
import { errorText } from '../../../components/FormError';
import { Time } from '../../../components/Time';
import { transcriptLines } from './transcriptLines';

type Exchange = components['schemas']['Exchange'];

/** The last exchanges with the provider, read when it is opened; each opens by itself. */
export function FlightRecorder({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const exchanges = useQuery({
    queryKey: ['/api/v1/oauth-clients', id, 'exchanges'], enabled: isOpen, gcTime: 0, staleTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}/exchanges', { path: { id }, signal }),
  });
  const items = exchanges.data?.items;
  const notice = exchanges.isError ? errorText(exchanges.error) : items ? words.neverAsked : text.common.loading;
  return (
    <ExpandableSection toggleText={words.recorder} isExpanded={isOpen} onToggle={(_, expanded) => setOpen(expanded)}>
      {items && items.length > 0
        ? items.map((exchange, place) => <Entry key={`${exchange.at} ${items.length - place}`} exchange={exchange} />)
        : <Content component="p">{notice}</Content>}
    </ExpandableSection>
  );
}

function Entry({ exchange }: { exchange: Exchange }) {
  const [isOpen, setOpen] = useState(false);
  const outcome = [
    exchange.answer ? String(exchange.answer.status) : words.noAnswer, exchange.cause || words.granted200, words.took(exchange.duration_ms),
  ].join(' · ');
  return (
    <ExpandableSection isIndented isExpanded={isOpen} onToggle={(_, expanded) => setOpen(expanded)}
      toggleContent={<><Time value={exchange.at} /> · {outcome}</>}>
      {exchange.message && <Content component="p">{exchange.message}</Content>}
      <CodeBlock><CodeBlockCode>{transcriptLines(exchange).join('\n')}</CodeBlockCode></CodeBlock>
    </ExpandableSection>
  );
}
