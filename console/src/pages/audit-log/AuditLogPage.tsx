import { text } from '../../app/messages';
import { PlaceholderPage } from '../../components/PlaceholderPage';

export default function AuditLogPage() {
  return <PlaceholderPage title={text.auditLog.title} />;
}
