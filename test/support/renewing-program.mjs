// Plays an assistant in a container that renews its login at the fake vendor, again and again, and takes turns with others as
// a program has to that shares its login and has no lock: it looks before it renews, and who is refused waits for the winner.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const [url, file, way, times] = process.argv.slice(2);
const names = {
  claude: ['accessToken', 'refreshToken', 'expiresAt'],
  google: ['access_token', 'refresh_token', 'expiry_date'],
}[way];
/** Milliseconds in which another's login has to be here, or one that was blanked. */
const patience = 15_000;

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Undefined while it is blank, or gone. */
function read() {
  try {
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const login = way === 'claude' ? document.claudeAiOauth : document;
    return login[names[1]] ? { login, document } : undefined;
  } catch {
    return undefined;
  }
}

function write(document, login) {
  const next = way === 'claude' ? { ...document, claudeAiOauth: login } : login;
  writeFileSync(`${file}.${process.pid}.tmp`, JSON.stringify(next), { mode: 0o600 });
  renameSync(`${file}.${process.pid}.tmp`, file);
}

/** Returns true if it has renewed, false if another one has. */
async function renew({ login, document }) {
  const [access, refresh, until] = names;
  const response = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: JSON.stringify({ grant_type: 'refresh_token', refresh_token: login[refresh] }),
  });
  const answer = await response.json();
  if (!response.ok) {
    await waitFor((now) => now.login[refresh] !== login[refresh], 'no login after a refusal');
    return false;
  }
  const renewed = {
    [access]: answer.access_token,
    [refresh]: answer.refresh_token,
    [until]: answer.expires_at,
  };
  write(document, { ...login, ...renewed });
  return true;
}

async function waitFor(isSo, otherwise) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(10)) {
    const now = read();
    if (now !== undefined && isSo(now)) return now;
  }
  console.log(`LOGGED OUT: ${otherwise}`);
  process.exit(1);
}

for (let done = 0; done < Number(times);) {
  const now = await waitFor(() => true, 'no login');
  const left = now.login[names[2]] - Date.now();
  if (left > 0) await sleep(left);
  else if (await renew(now)) done++;
}
console.log('RENEWED ALL');
