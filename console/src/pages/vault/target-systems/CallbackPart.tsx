import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { useId } from 'react';
import { useSession } from '../../../api/session';
import { publicUrl } from '../../../app/messages/publicUrl';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { CopyField } from '../../../components/CopyField';
import { PublicUrlNotice, usePublicUrl } from '../../../components/PublicUrlNotice';
import { Time } from '../../../components/Time';
import { callbackAddress, type Callback } from './draft';
import type { FormParts } from './formParts';
import { withPlace } from './hints';

const words = targetSystemsWords;
const choices: Callback[] = ['own', 'plain', 'blank', 'oob'];

/** The address that is registered at the provider, known before anything is saved; and which of the four ways it is. */
export function CallbackAddress({ id, draft, provider }: { id: string } & Pick<FormParts, 'draft' | 'provider'>) {
  const { server } = useSession();
  const address = callbackAddress(server.public_url, id, draft.callback);
  if (!address) return null;
  return (
    <FormGroup label={words.callbackUrl} role="group">
      <CopyField value={address} label={words.callbackUrl} />
      <FormHelperText><HelperText><HelperTextItem>{withPlace(words.callbackUrlHint, 'redirect_uri', provider)}</HelperTextItem></HelperText></FormHelperText>
      <PublicUrlNotice><TriedAt /></PublicUrlNotice>
    </FormGroup>
  );
}

function TriedAt() {
  const { data: seen } = usePublicUrl();
  return <Content component="small">{publicUrl.checkedAt}: <Time value={seen?.checked_at} /></Content>;
}

export function CallbackChoice({ draft, change, errorAt }: FormParts) {
  const id = useId();
  const error = errorAt('/callback');
  return (
    <FormGroup label={words.callback} role="radiogroup" isStack data-pointer="/callback">
      {choices.map((one) => (
        <Radio key={one} id={`${id}-${one}`} name={id} label={words.callbacks[one]} description={words.callbackHints[one]}
          isChecked={draft.callback === one} onChange={() => change({ callback: one })} />
      ))}
      {error && (
        <FormHelperText><HelperText isLiveRegion><HelperTextItem variant="error">{error}</HelperTextItem></HelperText></FormHelperText>
      )}
    </FormGroup>
  );
}
