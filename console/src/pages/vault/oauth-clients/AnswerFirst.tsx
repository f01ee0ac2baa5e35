import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { authorize as words } from '../../../app/messages/authorize';
import { focusField } from '../../../components/FormError';
import { accountQuestion } from './SignInState';

/** Its id: what *Next* is described by. */
export const answerFirst = 'answer-first';

/** Why *Next* goes nowhere: nothing of the sign-in is used until somebody has said whether the account is right. */
export function AnswerFirst() {
  return (
    <Alert isInline id={answerFirst} variant="warning" title={words.answerFirst}
      actionLinks={<AlertActionLink onClick={() => focusField(accountQuestion)}>{words.toQuestion}</AlertActionLink>} />
  );
}
