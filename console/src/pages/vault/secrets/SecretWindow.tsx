import { useQuery } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { secrets as words } from '../../../app/messages/secrets';
import { PageError } from '../../../components/PageError';
import { PageLoading } from '../../../components/PageLoading';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { AddSecretWindow } from './AddSecretWindow';
import { EditSecretWindow } from './EditSecretWindow';
import { secretsPath, type Secret } from './secretTypes';

export interface SecretWindowProps {
  /** 'new', or whose window it is. */
  id: string;
  onClose: () => void;
  /** Goes to a secret's page. */
  onShow: (secret: Secret) => void;
}

/** The window over the list: a new secret, or what is known of one. */
export default function SecretWindow({ id, onClose, onShow }: SecretWindowProps) {
  const secret = useQuery({
    queryKey: [secretsPath, id], enabled: id !== 'new', queryFn: ({ signal }) => api.get('/api/v1/secrets/{id}', { path: { id }, signal }),
  });
  if (id === 'new') return <AddSecretWindow onClose={onClose} onAdded={onShow} />;
  if (secret.data) {
    return (
      <EditSecretWindow key={secret.data.revision} secret={secret.data} reload={() => void secret.refetch()} onClose={onClose}
        onReplace={() => { if (secret.data) onShow(secret.data); }} />
    );
  }
  return (
    <ResourceWindow title={words.loading} variant="small" onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {secret.isPending ? <PageLoading />
        : <PageError title={words.gone} error={secret.error} retry={() => void secret.refetch()} />}
    </ResourceWindow>
  );
}
