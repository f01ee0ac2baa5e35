import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { FormGroup, FormSection } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core/dist/esm/components/ToggleGroup';
import { useId, useState } from 'react';
import { useSession } from '../../../api/session';
import { platformSnippets, robotIdentities as words } from '../../../app/messages/robotIdentities';
import { CopyField } from '../../../components/CopyField';
import { Field } from '../../../components/Field';
import { LabelsField } from '../../../components/LabelsField';
import { FileField } from '../../vault/target-systems/FileField';
import type { Robot } from '../RobotList';
import { ClaimRows } from './ClaimRows';
import { IdentityForm } from './IdentityForm';
import { certificateIn, emptyToken, isTokenComplete, platforms, tokenIdentity, withPlatform, type TokenDraft } from './identity';

const networkLabels: Record<string, string> = {
  '/jwks_uri': words.jwks, '/trusted_ca_pem': words.ca, '/allowed_addresses': words.addresses,
};
const labels: Record<string, string> = { '/issuer': words.issuer, '/audience': words.audience, '/claims': words.claims, ...networkLabels };

interface PartProps {
  draft: TokenDraft;
  change: (part: Partial<TokenDraft>) => void;
  errorAt: (pointer: string) => string | undefined;
}

/** Lets a robot in with the tokens that its cluster or CI system signs. */
export default function TokenWindow({ robot, onClose }: { robot: Robot; onClose: () => void }) {
  const { server } = useSession();
  const [begun] = useState(() => emptyToken(server.public_url));
  const [draft, setDraft] = useState(begun);
  const [isNetworkOpen, setNetworkOpen] = useState(false);
  const change = (part: Partial<TokenDraft>) => setDraft((now) => ({ ...now, ...part }));
  return (
    <IdentityForm robot={robot} title={words.tokenTitle} lead={words.tokenLead} labels={labels} isDirty={draft !== begun} onClose={onClose}
      identity={isTokenComplete(draft) ? tokenIdentity(draft) : undefined} reveal={(pointer) => { if (pointer in networkLabels) setNetworkOpen(true); }}>
      {(errorAt) => (
        <>
          <PlatformChoice draft={draft} choose={(platform) => setDraft((now) => withPlatform(now, platform))} />
          <Who draft={draft} change={change} errorAt={errorAt} />
          <ClaimRows claims={draft.claims} onChange={(claims) => change({ claims })} error={errorAt('/claims')} />
          <WhatWhere draft={draft} />
          <ExpandableSection isIndented isExpanded={isNetworkOpen} onToggle={(_, open) => setNetworkOpen(open)} toggleText={words.network}>
            {isNetworkOpen && <FormSection><Network draft={draft} change={change} errorAt={errorAt} /></FormSection>}
          </ExpandableSection>
        </>
      )}
    </IdentityForm>
  );
}

function PlatformChoice({ draft, choose }: { draft: TokenDraft; choose: (platform: TokenDraft['platform']) => void }) {
  const id = useId();
  return (
    <FormGroup role="group" label={words.platform} fieldId={id}>
      <ToggleGroup aria-label={words.platform}>
        {platforms.map((platform) => (
          <ToggleGroupItem key={platform} text={words.platforms[platform]} buttonId={`${id}-${platform}`} isSelected={draft.platform === platform}
            onChange={() => choose(platform)} />
        ))}
      </ToggleGroup>
    </FormGroup>
  );
}

function Who({ draft, change, errorAt }: PartProps) {
  return (
    <>
      <Field pointer="/issuer" label={words.issuer} isRequired hint={words.issuerHint[draft.platform]} error={errorAt('/issuer')}>
        {(control) => (
          <TextInput {...control} value={draft.issuer} autoComplete="off" spellCheck={false} onChange={(_, issuer) => change({ issuer })} />
        )}
      </Field>
      <Field pointer="/audience" label={words.audience} isRequired hint={words.audienceHint} error={errorAt('/audience')}>
        {(control) => (
          <TextInput {...control} value={draft.audience} autoComplete="off" spellCheck={false} onChange={(_, audience) => change({ audience })} />
        )}
      </Field>
    </>
  );
}

function WhatWhere({ draft: { platform, audience } }: { draft: TokenDraft }) {
  return (
    <FormGroup role="group" label={words.where}>
      <Content component="p">{words.whereLead[platform]}</Content>
      {platform !== 'other' && <CopyField isLong label={words.snippetName[platform]} value={platformSnippets[platform](audience)} />}
    </FormGroup>
  );
}

function Network({ draft, change, errorAt }: PartProps) {
  return (
    <>
      <FileField pointer="/trusted_ca_pem" label={words.ca} hint={words.caHint} error={errorAt('/trusted_ca_pem')} file={draft.ca}
        onPick={(ca) => {
          if (!certificateIn(ca)) return words.notACertificate;
          change({ ca });
          return undefined;
        }}
        onClear={() => change({ ca: undefined })} />
      <LabelsField pointer="/allowed_addresses" label={words.addresses} hint={words.addressesHint} endsAtSpace error={errorAt('/allowed_addresses')}
        values={draft.addresses} onChange={(addresses) => change({ addresses })} />
      <Field pointer="/jwks_uri" label={words.jwks} hint={words.jwksHint} error={errorAt('/jwks_uri')}>
        {(control) => (
          <TextInput {...control} value={draft.jwksUri} autoComplete="off" spellCheck={false} onChange={(_, jwksUri) => change({ jwksUri })} />
        )}
      </Field>
    </>
  );
}
