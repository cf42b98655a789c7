/** What stands in a program where the key belongs. */
export const KEY_PLACE = 'YOUR_API_KEY';

/** Where the service is, and the key, or what stands for it. */
interface Access {
  readonly origin: string;
  readonly key: string;
}

const curl = ({ origin, key }: Access): string => `# Send a recording. The answer has its job_id.
curl -H "X-API-Key: ${key}" -F "file=@recording.mp3" ${origin}/api/v1/transcribe

# Read the transcript, once it is there.
curl -H "X-API-Key: ${key}" "${origin}/api/v1/jobs/JOB_ID?wait=60"`;

const typescript = ({ origin, key }: Access): string => `import { openAsBlob } from 'node:fs';

const api = '${origin}/api/v1';
const headers = { 'X-API-Key': '${key}' };

const form = new FormData();
form.append('file', await openAsBlob('recording.mp3'), 'recording.mp3');
const sent = await fetch(\`\${api}/transcribe\`, { method: 'POST', headers, body: form });
if (!sent.ok) throw new Error((await sent.json()).detail);
const { job_id } = await sent.json();

let job;
do {
  const answer = await fetch(\`\${api}/jobs/\${job_id}?wait=60\`, { headers });
  if (!answer.ok) throw new Error((await answer.json()).detail);
  job = await answer.json();
} while (job.status !== 'completed' && job.status !== 'failed');
console.log(job.error_message ?? job.diarization);`;

const python = ({ origin, key }: Access): string => `import requests

api = "${origin}/api/v1"
headers = {"X-API-Key": "${key}"}

with open("recording.mp3", "rb") as recording:
    sent = requests.post(f"{api}/transcribe", headers=headers, files={"file": recording})
sent.raise_for_status()
job_id = sent.json()["job_id"]

job = {"status": "processing"}
while job["status"] not in ("completed", "failed"):
    answer = requests.get(f"{api}/jobs/{job_id}", headers=headers, params={"wait": 60})
    answer.raise_for_status()
    job = answer.json()
print(job["error_message"] or job["diarization"])`;

/** A program that sends a recording and prints who said what, for each way to write one. */
export const SNIPPETS = [
  { name: 'curl', write: curl },
  { name: 'TypeScript', write: typescript },
  { name: 'Python', write: python },
] as const;
