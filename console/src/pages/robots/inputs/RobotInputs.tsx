import { ActionList, ActionListItem } from '@patternfly/react-core/dist/esm/components/ActionList';
import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { basicEngine as words } from '../../../app/messages/basicEngine';
import { errorText } from '../../../components/FormError';
import { Question } from '../../../components/Question';
import { showToast } from '../../../components/toastStore';
import { clientsBase, windowOf } from '../../vault/oauth-clients/clientTypes';
import type { Robot } from '../RobotList';
import { AddInputWindow } from './AddInputWindow';

export type TakenInput = components['schemas']['TakenInputs']['items'][number];

const path = '/api/v1/robots/{id}/inputs';

/** What is sent of inputs: all of them, in their order. */
export function asSent(inputs: { name: string; oauth_client: string }[]) {
  return { items: inputs.map(({ name, oauth_client }) => ({ name, oauth_client })) };
}

/** What a Basic Engine Robot takes as input, and what keeps any of it from being delivered. */
export default function RobotInputs({ robot }: { robot: Robot }) {
  const [isAdding, setAdding] = useState(false);
  const [going, setGoing] = useState<TakenInput>();
  const queries = useQueryClient();
  const mayConfigure = usePermission('configure', robot.project);
  const mayGrant = usePermission('grant_access', robot.project);
  const mayChange = mayConfigure && mayGrant;
  const inputs = useQuery({
    queryKey: ['/api/v1/robots', robot.id, 'inputs', robot.revision],
    queryFn: ({ signal }) => api.get(path, { path: { id: robot.id }, signal }),
  });
  const all = inputs.data?.items ?? [];
  const store = async (wanted: TakenInput[], done: string) => {
    await api.put(path, { path: { id: robot.id }, revision: robot.revision, body: asSent(wanted) });
    showToast({ title: done });
    // The robot's revision is another now, and so are the clients' lists of who takes them.
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['/api/v1/robots'] }), queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] }),
    ]);
  };
  const again = useMutation({ mutationFn: () => store(all, words.storedAgain) });
  return (
    <PageSection>
      <Title headingLevel="h2">{words.title}</Title>
      <Content component="p">{words.lead}</Content>
      {inputs.isError && <Alert isInline variant="danger" title={errorText(inputs.error)} />}
      {again.isError && <Alert isInline isLiveRegion variant="danger" title={errorText(again.error)} />}
      {inputs.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {inputs.data && all.length === 0 && <Content component="p">{words.none}</Content>}
      <Stack hasGutter>
        {all.length > 0 && <StackItem><InputTable inputs={all} remove={mayChange ? setGoing : undefined} /></StackItem>}
        {inputs.data && (mayChange ? (
          <StackItem>
            <ActionList>
              <ActionListItem><Button variant="secondary" onClick={() => setAdding(true)}>{words.add}</Button></ActionListItem>
              {all.some((one) => one.why_not === 'invalid') && (
                <ActionListItem>
                  <Button variant="secondary" isLoading={again.isPending} spinnerAriaLabel={text.common.loading} onClick={() => again.mutate()}>
                    {words.storeAgain}
                  </Button>
                </ActionListItem>
              )}
            </ActionList>
          </StackItem>
        ) : <StackItem><Content component="small">{words.needs}</Content></StackItem>)}
      </Stack>
      {isAdding && <AddInputWindow robot={robot} inputs={all} onClose={() => setAdding(false)} />}
      {going && (
        <Question title={words.removeTitle} action={words.remove} onClose={() => setGoing(undefined)}
          run={() => store(all.filter((one) => one !== going), words.removed(going.name))}>
          <p>{words.removeBody(going.name)}</p>
        </Question>
      )}
    </PageSection>
  );
}

function InputTable({ inputs, remove }: { inputs: TakenInput[]; remove?: (input: TakenInput) => void }) {
  return (
    <Table aria-label={words.title} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.name}</Th>
          <Th>{words.client}</Th>
          <Th>{words.targetSystem}</Th>
          <Th>{words.delivery}</Th>
          {remove && <Th screenReaderText={text.table.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {inputs.map((input) => (
          <Tr key={input.name}>
            <Td dataLabel={words.name} modifier="breakWord"><bdi>{input.name}</bdi></Td>
            <Td dataLabel={words.client} modifier="breakWord">
              {input.label ? <Link href={`${clientsBase}/${input.oauth_client}`}><bdi>{input.label}</bdi></Link> : words.gone}
            </Td>
            <Td dataLabel={words.targetSystem} modifier="breakWord"><bdi>{input.target_system || text.common.emptyValue}</bdi></Td>
            <Td dataLabel={words.delivery}><Delivery input={input} /></Td>
            {remove && (
              <Td isActionCell>
                <Button variant="link" isInline isDanger aria-label={words.removeOf(input.name)} onClick={() => remove(input)}>{words.remove}</Button>
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

/** Whether it leaves, or what is in the way and where that is mended. */
function Delivery({ input }: { input: TakenInput }) {
  if (input.why_not === null) return <Label variant="outline" status="success">{words.delivered}</Label>;
  return (
    <>
      <Label variant="outline" status="warning">{words.notDelivered}</Label>{' '}
      {input.why_not === 'box_off'
        ? <Link href={windowOf(input.oauth_client)} aria-label={words.openBox(input.label)}>{words.whyNot.box_off}</Link>
        : words.whyNot[input.why_not]}
    </>
  );
}
