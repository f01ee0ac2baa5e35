import { text } from '../../app/messages';
import { PlaceholderPage } from '../../components/PlaceholderPage';

export default function StartPage() {
  return <PlaceholderPage title={text.start.title} />;
}
