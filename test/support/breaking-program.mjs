// Plays a program in a container that breaks its login again and again, in every way there is, and sees it come back. It waits
// until nobody is renewing: what nobody has seen yet is lost with its file.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** `margin`: seconds before the end of its access token at which it is renewed. */
const [file, way, times, margin = '0'] = process.argv.slice(2);
const [refresh, until] =
  way === 'claude' ? ['refreshToken', 'expiresAt'] : ['refresh_token', 'expiry_date'];
const loggedOut = { [refresh]: '', [until]: 0 };
const ways = [
  () => writeFileSync(file, ''),
  () => writeFileSync(file, '{}'),
  () => writeFileSync(file, readFileSync(file).subarray(0, 30)),
  () => rmSync(file),
  () =>
    writeFileSync(
      file,
      JSON.stringify(way === 'claude' ? { claudeAiOauth: loggedOut } : loggedOut),
    ),
];

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

function read() {
  try {
    const document = JSON.parse(readFileSync(file, 'utf8'));
    const login = way === 'claude' ? document.claudeAiOauth : document;
    return login[refresh] ? login : undefined;
  } catch {
    return undefined;
  }
}

/** True when it has been the same for a while, and will be: it is good for longer, or nobody renews it any more. */
async function isQuiet() {
  const before = read();
  await sleep(150);
  const now = read();
  const left = now?.[until] - Number(margin) * 1000 - Date.now();
  return now?.[refresh] === before?.[refresh] && (left > 150 || left < -1000);
}

async function waitFor(isSo, patience, otherwise) {
  for (const end = Date.now() + patience; !(await isSo()); await sleep(5))
    if (Date.now() > end) {
      console.log(otherwise);
      process.exit(1);
    }
}

for (let done = 0; done < Number(times); done++) {
  await waitFor(isQuiet, 15_000, 'NO LOGIN');
  ways[done % ways.length]();
  const broken = Date.now();
  await waitFor(() => read() !== undefined, 5000, `NOT GIVEN BACK: ${done}`);
  console.log(`back after ${Date.now() - broken}`);
}
