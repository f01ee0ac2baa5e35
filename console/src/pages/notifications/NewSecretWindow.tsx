import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { targetsPath, type NotificationTarget } from '../../api/notifications';
import { notifications as words } from '../../app/messages/notifications';
import { Question } from '../../components/Question';
import { SecretOnce } from './SecretOnce';

/** Asks, makes a new signing secret, and shows it once. */
export default function NewSecretWindow({ target, onClose }: { target: NotificationTarget; onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const queries = useQueryClient();
  const rotate = async () => {
    const made = await api.post('/api/v1/notification-targets/{id}/rotate-secret', { path: { id: target.id } });
    setSecret(made.secret);
    await queries.invalidateQueries({ queryKey: [targetsPath] });
  };
  if (secret) return <SecretOnce name={target.name} secret={secret} onClose={onClose} />;
  return (
    <Question title={words.newSecretTitle(target.name)} action={words.newSecretAction} run={rotate} onClose={onClose} staysOpen>
      <p>{words.newSecretBody}</p>
    </Question>
  );
}
