import { text } from '../../app/messages';
import { ChangePasswordForm } from './ChangePasswordForm';
import { EntryPage } from './EntryPage';

/** Before anything else, for a password that somebody else has chosen. */
export default function ChangePasswordPage() {
  return (
    <EntryPage title={text.changePassword.title} lead={text.changePassword.first}>
      <ChangePasswordForm />
    </EntryPage>
  );
}
