/**
 * POST /login — pathology: a crowded thread pool.
 *
 * A password is checked with scrypt, which keeps one of the four threads of the pool busy for tens of milliseconds.
 * A few logins at once, and file reads (GET /catalog) queue behind them while the event loop is idle.
 */
import { log } from 'exectrace';
import { HttpError, readJson, sendJson } from '../lib/http.js';
import { verifyPassword } from '../lib/passwords.js';

export async function login(request, response, _params, { database }) {
  const { name, password } = await readJson(request);
  const user = await database.query('users', name);
  const valid = await verifyPassword(password, user);
  log('login', valid ? 'accepted' : 'refused');
  if (!valid) throw new HttpError(401, 'wrong name or password');
  sendJson(response, 200, { token: `token-of-${name}` });
}
