import { text } from '../../app/messages';
import { PlaceholderPage } from '../../components/PlaceholderPage';

export default function ServiceProvidersPage() {
  return <PlaceholderPage title={text.serviceProviders.title} />;
}
