import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { targetSystems as words } from '../../../app/messages/targetSystems';
import { needsPerson } from '../grants';
import type { Draft } from './draft';

interface BeforeSaveProps {
  draft: Draft;
  /** Stored secrets go nowhere then; tokens are dropped. Neither: somebody came to mend one field, and is taken back afterwards. */
  isHolding: boolean;
  isDropping: boolean;
  enterSecrets: () => void;
}

/** What saving comes to, for as long as it can be thought over. */
export function BeforeSave({ draft, isHolding, isDropping, enterSecrets }: BeforeSaveProps) {
  if (!isHolding && !isDropping) return <Alert isInline isPlain variant="info" title={words.mend} />;
  return (
    <Alert isInline variant={isHolding ? 'warning' : 'info'} title={isHolding ? words.willHold : words.tokensDropped}
      actionLinks={isHolding && draft.flow !== 'client_credentials_certificate' && (
        <AlertActionLink onClick={enterSecrets}>{words.enterSecrets}</AlertActionLink>
      )}>
      {isHolding && <>{words.willHoldBody} {needsPerson(draft.flow) && words.willHoldSignIns} {isDropping && words.tokensDropped}</>}
    </Alert>
  );
}
