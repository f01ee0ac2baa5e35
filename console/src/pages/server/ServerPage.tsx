import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form, FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Switch } from '@patternfly/react-core/dist/esm/components/Switch';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { serverPage as words } from '../../app/messages/basicEngine';
import { FormError } from '../../components/FormError';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { showToast } from '../../components/toastStore';
import { clientsBase } from '../vault/oauth-clients/clientTypes';

const path = '/api/v1/server-settings';
const pointer = '/basic_engine_robots_forbidden';

/** Administration > Server: switches that hold for all of it. */
export default function ServerPage() {
  const queries = useQueryClient();
  // In no project alone: it holds everywhere.
  const mayManage = usePermission('manage_server', null);
  const settings = useQuery({ queryKey: [path], queryFn: ({ signal }) => api.get(path, { signal }) });
  const change = useMutation({
    mutationFn: (isForbidden: boolean) => api.patch(path, { body: { basic_engine_robots_forbidden: isForbidden } }),
    onSuccess: async (now) => {
      queries.setQueryData([path], now);
      showToast({ title: now.basic_engine_robots_forbidden ? words.forbidden : words.allowed });
      await queries.invalidateQueries({ queryKey: ['/api/v1/robots'] });
    },
  });
  if (settings.isError) return <PageError title={text.common.pageFailed} error={settings.error} retry={() => void settings.refetch()} />;
  if (!settings.data) return <PageLoading />;
  return (
    <ListPage title={words.title} lead={words.lead}>
      <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
        <FormError error={change.error} labels={{ [pointer]: words.forbid }} />
        <FormGroup role="group" fieldId="basic-engine-forbidden" data-pointer={pointer}>
          <Switch id="basic-engine-forbidden" label={words.forbid} isChecked={settings.data.basic_engine_robots_forbidden}
            isDisabled={!mayManage || change.isPending} onChange={(_, isOn) => change.mutate(isOn)} />
          <FormHelperText>
            <HelperText><HelperTextItem>{mayManage ? words.forbidHelp : words.needs}</HelperTextItem></HelperText>
          </FormHelperText>
        </FormGroup>
      </Form>
      <Content component="p"><Link href={`${clientsBase}?basic_engine=true`}>{words.report}</Link></Content>
    </ListPage>
  );
}
