import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { parametersOf, type ServiceProvider, type SupportedAccounts } from './draft';
import type { FormParts } from './formParts';

const words = targetSystemsWords;
type Parameter = ServiceProvider['endpoint_parameters'][number];

/** What the entry of the catalogue asks for; `which` says the needed ones, or those that may be left out. */
export function ParameterFields({ which, ...parts }: FormParts & { which: 'needed' | 'optional' }) {
  const { provider, draft } = parts;
  if (!provider) return null;
  const isNeeded = (one: Parameter) => one.required || one.default_value !== '';
  return parametersOf(provider, draft).filter((one) => isNeeded(one) === (which === 'needed'))
    .map((one) => <ParameterField key={one.name} {...parts} parameter={one} />);
}

function ParameterField({ draft, change, errorAt, parameter }: FormParts & { parameter: Parameter }) {
  const { name, label, help, required, allowed, default_value: standard } = parameter;
  const pointer = `/endpoint_parameters/${name}`;
  const value = draft.parameters[name] ?? '';
  const set = (next: string) => change({ parameters: { ...draft.parameters, [name]: next } });
  return (
    <Field pointer={pointer} label={label} isRequired={required} hint={help} error={errorAt(pointer)}>
      {(control) => allowed.length > 0 ? (
        <FormSelect {...control} value={value || standard} onChange={(_, next) => set(next)}>
          {!required && !standard && <FormSelectOption value="" label={text.common.emptyValue} />}
          {allowed.map((one) => <FormSelectOption key={one} value={one} label={one} />)}
        </FormSelect>
      ) : (
        <TextInput {...control} value={value} placeholder={standard || undefined} autoComplete="off" spellCheck={false}
          onChange={(_, next) => set(next)} />
      )}
    </Field>
  );
}

/** Supported accounts and default tenant, where there are tenants. */
export function TenantFields({ draft, change, errorAt, provider }: FormParts) {
  const tenant = provider?.tenant;
  if (!tenant) return null;
  return (
    <>
      <Field pointer="/supported_accounts" label={words.supportedAccounts} error={errorAt('/supported_accounts')}>
        {(control) => (
          <FormSelect {...control} value={draft.supportedAccounts}
            onChange={(_, value) => change({ supportedAccounts: value as SupportedAccounts })}>
            {tenant.supported_accounts.map((one) => <FormSelectOption key={one} value={one} label={words.accounts[one]} />)}
          </FormSelect>
        )}
      </Field>
      <Field pointer="/default_tenant" label={words.defaultTenant(tenant.label)} hint={`${tenant.help} ${words.defaultTenantHint}`}
        error={errorAt('/default_tenant')}>
        {(control) => (
          <TextInput {...control} value={draft.defaultTenant} autoComplete="off" spellCheck={false}
            onChange={(_, defaultTenant) => change({ defaultTenant })} />
        )}
      </Field>
    </>
  );
}
