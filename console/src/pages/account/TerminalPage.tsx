import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { text } from '../../app/messages';
import { terminal as words } from '../../app/messages/terminal';
import { useSearchChange, useSearchValue } from '../../app/url';
import { Facts } from '../../components/Facts';
import { Field } from '../../components/Field';
import { errorText, fieldError, FormError } from '../../components/FormError';
import { ListPage } from '../../components/ListPage';
import { Time } from '../../components/Time';

type TerminalRequest = components['schemas']['TerminalRequest'];

const path = '/api/v1/terminal-sign-ins/{user_code}';
const labels = { '/expires_in_days': words.days };
const offeredDays = '30';

/** Where somebody says whether a terminal may act in their name: the code is compared, never only clicked away. */
export default function TerminalPage() {
  const [, change] = useSearchChange();
  const asked = useSearchValue('code') ?? '';
  const found = useMutation({ mutationFn: (code: string) => api.get(path, { path: { user_code: code } }) });
  const look = found.mutate;
  // The link that the terminal shows has the code in it.
  useEffect(() => {
    if (asked) look(asked);
  }, [asked, look]);
  const restart = () => {
    found.reset();
    change({ code: undefined }, true);
  };
  return (
    <ListPage title={text.terminal.title} lead={words.lead}>
      {found.data ? <Decision key={found.data.user_code} request={found.data} onOther={restart} />
        : <CodeForm given={asked} error={found.error} isBusy={found.isPending} onCode={look} />}
    </ListPage>
  );
}

interface CodeFormProps {
  given: string;
  error: unknown;
  isBusy: boolean;
  onCode: (code: string) => void;
}

function CodeForm({ given, error, isBusy, onCode }: CodeFormProps) {
  const [code, setCode] = useState(given);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) onCode(code.trim());
  };
  return (
    <Form isWidthLimited onSubmit={submit}>
      <Field pointer="/user_code" label={words.code} isRequired hint={words.codeHint} error={error ? errorText(error) : undefined}>
        {(control) => (
          <TextInput {...control} value={code} autoComplete="off" autoCapitalize="characters" spellCheck={false}
            onChange={(_, value) => setCode(value)} />
        )}
      </Field>
      <ActionGroup>
        <Button type="submit" isDisabled={code.trim() === ''} isLoading={isBusy} spinnerAriaLabel={text.common.loading}>{words.next}</Button>
      </ActionGroup>
    </Form>
  );
}

function Decision({ request, onOther }: { request: TerminalRequest; onOther: () => void }) {
  const [isCompared, setCompared] = useState(false);
  const [days, setDays] = useState(offeredDays);
  const code = { user_code: request.user_code };
  const decide = useMutation({
    mutationFn: async (isApproved: boolean) => {
      if (isApproved) await api.post(`${path}/approve`, { path: code, body: { expires_in_days: Number(days) } });
      else await api.post(`${path}/deny`, { path: code });
    },
  });
  if (decide.isSuccess) return <Outcome isApproved={decide.variables} onOther={onOther} />;
  if (request.state !== 'waiting') return <Decided onOther={onOther} />;
  const isRight = /^[1-9]\d{0,3}$/.test(days) && Number(days) <= 3650;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isCompared && isRight && !decide.isPending) decide.mutate(true);
  };
  return (
    <Stack hasGutter>
      <StackItem><Alert isInline variant="warning" title={words.warning} component="h2">{words.warningBody}</Alert></StackItem>
      <StackItem><Title headingLevel="h2" size="3xl">{request.user_code}</Title></StackItem>
      <StackItem>
        <Facts label={words.about} facts={[
          [words.host, request.host],
          [words.address, request.address],
          [words.started, <Time key="started" value={request.started_at} />],
          [words.ends, <Time key="ends" value={request.expires_at} />],
        ]} />
      </StackItem>
      <StackItem>
        <Form isWidthLimited onSubmit={submit}>
          <FormError error={decide.error} labels={labels} />
          <Field pointer="/expires_in_days" label={words.days} isRequired hint={words.daysHint}
            error={isRight ? fieldError(decide.error, '/expires_in_days', labels) : words.daysWrong}>
            {(control) => <TextInput {...control} inputMode="numeric" value={days} onChange={(_, value) => setDays(value)} />}
          </Field>
          <Checkbox id="compared" label={words.compared(request.user_code)} isChecked={isCompared}
            onChange={(_, value) => setCompared(value)} />
          <ActionGroup>
            <Button type="submit" isDisabled={!isCompared || !isRight || decide.isPending}>{words.approve}</Button>
            <Button variant="danger" isDisabled={decide.isPending} onClick={() => decide.mutate(false)}>{words.deny}</Button>
            <Button variant="link" onClick={onOther}>{words.other}</Button>
          </ActionGroup>
        </Form>
      </StackItem>
    </Stack>
  );
}

function Outcome({ isApproved, onOther }: { isApproved: boolean; onOther: () => void }) {
  return (
    <Stack hasGutter>
      <StackItem>
        <Alert isInline isLiveRegion variant={isApproved ? 'success' : 'info'} component="h2"
          title={isApproved ? words.approved : words.denied}>
          {isApproved ? words.approvedBody : words.deniedBody}
        </Alert>
      </StackItem>
      <StackItem><Button variant="link" isInline onClick={onOther}>{words.other}</Button></StackItem>
    </Stack>
  );
}

function Decided({ onOther }: { onOther: () => void }) {
  return (
    <Stack hasGutter>
      <StackItem><Alert isInline variant="info" component="h2" title={words.decided} /></StackItem>
      <StackItem><Button variant="link" isInline onClick={onOther}>{words.other}</Button></StackItem>
    </Stack>
  );
}
