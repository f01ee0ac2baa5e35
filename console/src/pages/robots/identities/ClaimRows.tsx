import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import PlusCircleIcon from '@patternfly/react-icons/dist/esm/icons/plus-circle-icon';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { useId } from 'react';
import { robotIdentities as words } from '../../../app/messages/robotIdentities';
import { claimsProblem, type Claim } from './identity';

export interface ClaimRowsProps {
  claims: Claim[];
  onChange: (claims: Claim[]) => void;
  error?: string;
}

/** What a token must say besides its issuer and its audience: a row for each claim. */
export function ClaimRows({ claims, onChange, error }: ClaimRowsProps) {
  const id = useId();
  const wrong = claimsProblem(claims) ?? error;
  const set = (index: number, part: Partial<Claim>) => onChange(claims.map((claim, at) => (at === index ? { ...claim, ...part } : claim)));
  return (
    <FormGroup role="group" label={words.claims} isRequired data-pointer="/claims">
      {/* A Stack would be as high as what it stands in, and push the hint out of it. */}
      <Flex direction={{ default: 'column' }} alignItems={{ default: 'alignItemsStretch' }} spaceItems={{ default: 'spaceItemsSm' }}>
        {claims.map((claim, index) => (
          <FlexItem key={index}>
            <Flex flexWrap={{ default: 'nowrap' }} spaceItems={{ default: 'spaceItemsSm' }}>
              <FlexItem flex={{ default: 'flex_1' }}>
                <TextInput id={`${id}-${index}-name`} aria-label={words.claimNameOf(index + 1)} placeholder={words.claimName} value={claim.name}
                  autoComplete="off" spellCheck={false} validated={wrong ? 'error' : 'default'} aria-describedby={`${id}-said`}
                  onChange={(_, name) => set(index, { name })} />
              </FlexItem>
              <FlexItem flex={{ default: 'flex_2' }}>
                <TextInput id={`${id}-${index}-value`} aria-label={words.claimValueOf(index + 1)} placeholder={claim.example ?? words.claimValue}
                  value={claim.value} autoComplete="off" spellCheck={false} validated={wrong ? 'error' : 'default'}
                  aria-describedby={`${id}-said`} onChange={(_, value) => set(index, { value })} />
              </FlexItem>
              <FlexItem>
                <Button variant="plain" icon={<TimesIcon />} aria-label={words.removeClaim(index + 1)}
                  onClick={() => onChange(claims.filter((_, at) => at !== index))} />
              </FlexItem>
            </Flex>
          </FlexItem>
        ))}
        <FlexItem>
          <Button variant="link" isInline icon={<PlusCircleIcon />} onClick={() => onChange([...claims, { name: '', value: '' }])}>
            {words.addClaim}
          </Button>
        </FlexItem>
      </Flex>
      <FormHelperText>
        <HelperText id={`${id}-said`} isLiveRegion={Boolean(wrong)}>
          <HelperTextItem variant={wrong ? 'error' : 'default'}>{wrong ?? words.claimsHint}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
