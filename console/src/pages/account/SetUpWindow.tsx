import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Grid, GridItem } from '@patternfly/react-core/dist/esm/layouts/Grid';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { secondFactor, type PendingSecondFactor } from '../../api/account';
import { ApiError, isProblem } from '../../api/problem';
import { text } from '../../app/messages';
import { secondFactor as words } from '../../app/messages/account';
import { CopyField } from '../../components/CopyField';
import { Field } from '../../components/Field';
import { focusSoon, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import { QrCode } from '../../components/QrCode';

const labels = { '/code': words.code };

export interface SetUpWindowProps {
  pending: PendingSecondFactor;
  onClose: () => void;
  /** It counts now; these are its recovery codes. */
  onDone: (recoveryCodes: string[]) => void;
}

function codeError(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.field === '/code' || isProblem(error, 'wrong_credentials') ? words.wrong : undefined;
}

/** The secret goes into an app, and a code that comes out of it shows that it did. */
export default function SetUpWindow({ pending, onClose, onDone }: SetUpWindowProps) {
  const [code, setCode] = useState('');
  const formId = useId();
  const confirm = useMutation({ mutationFn: () => secondFactor.confirm(code), gcTime: 0, onSuccess: onDone });
  const wrong = codeError(confirm.error);
  useEffect(() => (wrong ? focusSoon('/code') : undefined), [confirm.error]);
  return (
    <ResourceWindow
      title={words.setUpTitle} isDirty={code !== '' && !confirm.isSuccess} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={code.trim() === ''} isLoading={confirm.isPending} spinnerAriaLabel={text.common.loading}>
            {words.turnOn}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Stack hasGutter>
        <StackItem><Content component="p">{words.scan}</Content></StackItem>
        <StackItem>
          <Grid hasGutter>
            <GridItem span={9} sm={5}><QrCode content={pending.otpauth_uri} label={words.picture} width="100%" /></GridItem>
            <GridItem span={12} sm={7}>
              <Content component="p">{words.orType}</Content>
              <CopyField label={words.secret} value={inFours(pending.secret)} isLong />
            </GridItem>
          </Grid>
        </StackItem>
        <StackItem>
          <Form id={formId} onSubmit={(event) => {
            event.preventDefault();
            if (!confirm.isPending && code.trim() !== '') confirm.mutate();
          }}>
            {!wrong && <FormError error={confirm.error} labels={labels} />}
            <Content component="p">{words.thenCode}</Content>
            <Field pointer="/code" label={words.code} isRequired hint={words.codeHint} error={wrong}>
              {(control) => (
                <TextInput {...control} value={code} inputMode="numeric" autoComplete="one-time-code" spellCheck={false}
                  onChange={(_, next) => setCode(next)} />
              )}
            </Field>
          </Form>
        </StackItem>
      </Stack>
    </ResourceWindow>
  );
}

/** Easier to type; apps leave the spaces out. */
function inFours(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
