import { serviceProviders as serviceProvidersWords } from '../../app/messages/serviceProviders';
import { PlaceholderPage } from '../../components/PlaceholderPage';

export default function ServiceProvidersPage() {
  return <PlaceholderPage title={serviceProvidersWords.title} />;
}
