import { text } from '../../app/messages';
import { PlaceholderPage } from '../../components/PlaceholderPage';

export default function RobotsPage() {
  return <PlaceholderPage title={text.robots.title} />;
}
