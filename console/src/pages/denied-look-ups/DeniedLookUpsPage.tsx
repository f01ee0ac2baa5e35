import { text } from '../../app/messages';
import { PlaceholderPage } from '../../components/PlaceholderPage';

export default function DeniedLookUpsPage() {
  return <PlaceholderPage title={text.deniedLookUps.title} />;
}
