import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermission, useSession } from '../../../api/session';
import { text } from '../../../app/messages';
import { finished as words } from '../../../app/messages/finished';
import { useSearchChange, useSearchValue } from '../../../app/url';
import { CopyField } from '../../../components/CopyField';
import { ServerTrust } from '../../../components/ServerTrust';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import type { OAuthClient } from './clientTypes';
import { commandSnippet, curlSnippet } from './snippets';

const labels = { '/robot': words.which, '/name': words.name, '/path': words.path };
const formId = 'robot-form';
const pollEvery_ms = 2000;
const mostListed = 1000;

type Robot = components['schemas']['Robot'];

/** Who gets the client, as it is chosen. */
interface Choice {
  isNew: boolean;
  robot: string;
  name: string;
  path: string;
}

function isChosen(choice: Choice): boolean {
  return choice.isNew ? choice.name.trim() !== '' : choice.robot !== '';
}

/**
 * After *Finish*, the last step: a robot gets the client, and its first look-up is waited for. Which robot got it is in the
 * address (`made` here, or `granted`), so that reading the page again comes back to it; its key is not, and is shown once.
 */
export function FinishedWindow({ client, onClose }: { client: OAuthClient; onClose: () => void }) {
  const [choice, setChoice] = useState<Choice>({ isNew: false, robot: '', name: '', path: '' });
  const mayConfigure = usePermission('configure', client.project);
  const mayGrant = usePermission('grant_access', client.project);
  const robots = useQuery({
    queryKey: ['/api/v1/robots', 'choices', client.project],
    queryFn: ({ signal }) => api.get('/api/v1/robots', { query: { project: client.project, page_size: mostListed, sort: 'path' }, signal }),
  });
  const [, change] = useSearchChange();
  const grant = useGrant(client, (to) => change({ [to.key ? 'made' : 'granted']: to.robot.id }, true));
  const before = useGrantedBefore();
  const granted = grant.data ?? before;
  const hasFreshKey = granted?.key !== undefined;
  // Nobody to choose from: a new one is what is wanted.
  const hasRobots = (robots.data?.total ?? 0) > 0;
  const shown: Choice = { ...choice, isNew: choice.isNew || (robots.isSuccess && !hasRobots) };
  return (
    <ResourceWindow title={words.title(client.label)} variant="large" onClose={onClose} isDirty={grant.isPending || hasFreshKey}
      leaving={hasFreshKey ? leavingKey : undefined}
      footer={(close) => (
        <>
          {!granted && mayGrant && (
            <Button type="submit" form={formId} isDisabled={!isChosen(shown) || grant.isPending} isLoading={grant.isPending}
              spinnerAriaLabel={text.common.loading}>{words.grant}</Button>
          )}
          {hasFreshKey ? <Button onClick={onClose}>{words.keyCopied}</Button> : (
            <Button variant={granted ? 'primary' : 'link'} onClick={close}>{granted ? text.common.close : words.later}</Button>
          )}
        </>
      )}>
      {granted ? <Handover client={client} granted={granted} /> : (
        <Form id={formId} isWidthLimited onSubmit={(event) => {
          event.preventDefault();
          if (isChosen(shown) && !grant.isPending) grant.mutate(shown);
        }}>
          <Alert isInline variant="info" title={words.nobodyYet}>{mayGrant ? words.nobodyYetBody : words.mayNot}</Alert>
          {!client.token && <Alert isInline isPlain variant="warning" title={words.withoutToken} />}
          <FormError error={grant.error} labels={labels} />
          {/* What is chosen at first depends on whether there are any, and must not change under somebody's hands. */}
          {mayGrant && robots.isPending && <Spinner size="md" aria-label={text.common.loading} />}
          {mayGrant && !robots.isPending && (
            <RobotFields choice={shown} change={(part) => setChoice({ ...shown, ...part })} robots={robots.data?.items ?? []}
              mayMake={mayConfigure} error={grant.error} />
          )}
        </Form>
      )}
    </ResourceWindow>
  );
}

interface Granted {
  robot: Robot;
  /** Of a robot that was made here. */
  key?: string;
  /** It was made here, before the page was read again. */
  hadKey?: boolean;
}

/** What is asked of whoever leaves while the key can be seen. */
const leavingKey = { title: words.keyTitle, body: words.keyBody, actions: [{ label: words.keyCopied }], stay: words.keyStay };

/** The robot that the address says got the client, before the page was read again; a robot that is gone is none. */
function useGrantedBefore(): Granted | undefined {
  const made = useSearchValue('made');
  const there = useSearchValue('granted');
  const id = made ?? there;
  const robot = useQuery({
    queryKey: ['/api/v1/robots', id], enabled: id !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/robots/{id}', { path: { id: id ?? '' }, signal }),
  });
  return robot.data && { robot: robot.data, hadKey: made !== undefined };
}

/** Makes the robot where that was chosen, and lets it read the client. What was made already is not made again after a failure. */
function useGrant(client: OAuthClient, onGranted: (to: Granted) => void) {
  const [made, setMade] = useState<Granted>();
  const queries = useQueryClient();
  const make = async ({ name, path }: Choice): Promise<Granted> => {
    const robot = await api.post('/api/v1/robots', { body: { project: client.project, name, path } });
    setMade({ robot });
    const key = await api.post('/api/v1/robots/{id}/keys', { path: { id: robot.id } });
    const both = { robot, key: key.key };
    setMade(both);
    return both;
  };
  return useMutation({
    mutationFn: async (choice: Choice): Promise<Granted> => {
      const who = choice.isNew ? made ?? await make(choice)
        : { robot: await api.get('/api/v1/robots/{id}', { path: { id: choice.robot } }) };
      await api.post('/api/v1/robot-access', { body: { oauth_client: client.id, robot: who.robot.id } });
      return who;
    },
    onSuccess: onGranted,
    onSettled: () => Promise.all([
      queries.invalidateQueries({ queryKey: ['/api/v1/robots'] }), queries.invalidateQueries({ queryKey: ['/api/v1/robot-access'] }),
    ]),
  });
}

interface RobotFieldsProps {
  choice: Choice;
  change: (part: Partial<Choice>) => void;
  robots: Robot[];
  /** Whether the person may make robots. */
  mayMake: boolean;
  error: unknown;
}

function RobotFields({ choice, change, robots, mayMake, error }: RobotFieldsProps) {
  return (
    <>
      <Field pointer="/kind" label={words.robot}>
        {({ id }) => (
          <div id={id} role="radiogroup" aria-label={words.robot}>
            <Radio id="robot-there" name="robot" label={words.existing} isChecked={!choice.isNew} isDisabled={robots.length === 0}
              onChange={() => change({ isNew: false })} />
            <Radio id="robot-new" name="robot" label={words.newRobot} isChecked={choice.isNew} isDisabled={!mayMake}
              onChange={() => change({ isNew: true })} />
          </div>
        )}
      </Field>
      {choice.isNew ? (
        <>
          <Field pointer="/name" label={words.name} isRequired error={fieldError(error, '/name', labels)}>
            {(control) => <TextInput {...control} value={choice.name} autoComplete="off" onChange={(_, name) => change({ name })} />}
          </Field>
          <Field pointer="/path" label={words.path} hint={words.pathHint} error={fieldError(error, '/path', labels)}>
            {(control) => <TextInput {...control} value={choice.path} autoComplete="off" onChange={(_, path) => change({ path })} />}
          </Field>
        </>
      ) : (
        <Field pointer="/robot" label={words.which} isRequired error={fieldError(error, '/robot', labels)}>
          {({ isRequired, ...control }) => (
            <FormSelect {...control} isRequired={isRequired} value={choice.robot} onChange={(_, robot) => change({ robot })}>
              <FormSelectOption value="" label={words.chooseRobot} isPlaceholder isDisabled={choice.robot !== ''} />
              {robots.map((one) => <FormSelectOption key={one.id} value={one.id} label={wholeName(one)} />)}
            </FormSelect>
          )}
        </Field>
      )}
    </>
  );
}

/** With the path in front, as robots are told apart. */
function wholeName(robot: Robot): string {
  return robot.path ? `${robot.path}/${robot.name}` : robot.name;
}

/** What the robot's people need, and whether it has worked. */
function Handover({ client, granted }: { client: OAuthClient; granted: Granted }) {
  const { robot, key } = granted;
  const { server } = useSession();
  const origin = server.public_url || window.location.origin;
  return (
    <Stack hasGutter>
      <StackItem><Alert isInline isLiveRegion variant="success" title={words.granted(robot.name)} /></StackItem>
      {key && (
        <StackItem>
          <Alert isInline variant="warning" title={words.keyOnce}><CopyField value={key} label={words.key} isCode /></Alert>
        </StackItem>
      )}
      {granted.hadKey && (
        <StackItem>
          <Alert isInline variant="info" title={words.keyWasOnce} actionLinks={<Link href={`/repository/robots/${robot.id}`}>{words.toRobot}</Link>}>
            {words.keyWasOnceBody}
          </Alert>
        </StackItem>
      )}
      <StackItem>
        <Content component="p">{words.useIt}</Content>
      </StackItem>
      <StackItem><CopyField value={curlSnippet(client, origin)} label={words.snippet} isLong /></StackItem>
      <StackItem>
        <CopyField value={commandSnippet(client, origin)} label={words.commandLine} isLong />
      </StackItem>
      <StackItem>
        <ServerTrust />
      </StackItem>
      <StackItem><FirstLookUp client={client} robot={robot} /></StackItem>
    </Stack>
  );
}

function FirstLookUp({ client, robot }: { client: OAuthClient; robot: Robot }) {
  const mayReadAudit = usePermission('read_audit', client.project);
  const first = useQuery({
    queryKey: ['/api/v1/audit-events', 'first', client.id, robot.id], enabled: mayReadAudit, gcTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/audit-events', {
      query: { action: 'token.handed_out', subject_id: client.id, actor_id: robot.id, page_size: 1 }, signal }),
    refetchInterval: (query) => ((query.state.data?.total ?? 0) > 0 ? false : pollEvery_ms),
  });
  if (!mayReadAudit) return null;
  if ((first.data?.total ?? 0) > 0) return <Alert isInline isLiveRegion variant="success" title={words.lookedUp} />;
  return (
    <Flex role="status" spaceItems={{ default: 'spaceItemsSm' }}>
      <FlexItem><Spinner size="md" aria-hidden /></FlexItem>
      <FlexItem>{words.waiting}</FlexItem>
    </Flex>
  );
}
