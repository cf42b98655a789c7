import { PageTitle } from '../../ui/page-title.tsx';

export function JobsPage() {
  return <PageTitle title="Recordings" />;
}
