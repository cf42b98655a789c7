import { PageTitle } from '../../ui/page-title.tsx';
import { JobList } from './list/job-list.tsx';
import { NewRecordings } from './uploads/new-recordings.tsx';

/** Recordings come in at the top, and what became of them is listed below. */
export function JobsPage() {
  return (
    <>
      <PageTitle title="Recordings" />
      <NewRecordings />
      <JobList />
    </>
  );
}
