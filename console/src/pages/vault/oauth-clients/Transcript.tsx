import { CodeBlock, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { text } from '../../../app/messages';
import { retrieve as words } from '../../../app/messages/retrieve';
import { errorText } from '../../../components/FormError';
import { transcriptLines } from './transcriptLines';


/** What was last asked of the provider and answered, read when it is opened. */
export function Transcript({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  const exchange = useQuery({
    queryKey: ['/api/v1/oauth-clients', id, 'last-exchange'], enabled: isOpen, gcTime: 0, staleTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients/{id}/last-exchange', { path: { id }, signal }),
  });
  const isNone = isProblem(exchange.error, 'not_found') || isProblem(exchange.error, 'no_exchange');
  const shown = exchange.data ? transcriptLines(exchange.data).join('\n')
    : isNone ? words.noTranscript : exchange.isError ? errorText(exchange.error) : text.common.loading;
  return (
    <ExpandableSection toggleText={words.transcript} isExpanded={isOpen} onToggle={(_, expanded) => setOpen(expanded)}>
      <CodeBlock><CodeBlockCode>{shown}</CodeBlockCode></CodeBlock>
    </ExpandableSection>
  );
}
