import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { oauthClients as words } from '../../../app/messages/oauthClients';
import { useSearchChange } from '../../../app/url';

/** Says that the list shows the clients of one target system alone, which lives in the address as `system`, and ends it. */
export default function SystemFilter({ id }: { id: string }) {
  const [, change] = useSearchChange();
  const system = useQuery({
    queryKey: ['/api/v1/target-systems', id],
    queryFn: ({ signal }) => api.get('/api/v1/target-systems/{id}', { path: { id }, signal }),
  });
  return (
    <ToolbarItem alignSelf="center">
      <Label variant="outline" closeBtnAriaLabel={text.table.clearFilter} onClose={() => change({ system: undefined, page: undefined })}>
        {words.targetSystem}: <bdi>{system.data?.name ?? text.common.emptyValue}</bdi>
      </Label>
    </ToolbarItem>
  );
}
