import { notifications as words } from '../../app/messages/notifications';
import { ShownOnce } from '../../components/ShownOnce';

/** The secret that a target's webhooks are signed with, and how its receiver checks them. */
export function SecretOnce({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
  return (
    <ShownOnce title={words.secretTitle(name)} value={secret} label={words.secretLabel} done={words.stored} onClose={onClose}>
      {words.secretBody}
    </ShownOnce>
  );
}
