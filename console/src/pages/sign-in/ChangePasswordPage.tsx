import { changePassword as words } from '../../app/messages/signIn';
import { ChangePasswordForm } from './ChangePasswordForm';
import { EntryPage } from './EntryPage';

/** Before anything else, for a password that somebody else has chosen. */
export default function ChangePasswordPage() {
  return (
    <EntryPage title={words.title} lead={words.first}>
      <ChangePasswordForm />
    </EntryPage>
  );
}
