/** Who is asking: a session token in the authorization header, looked up in the database. */
import { HttpError } from './http.js';

export async function authenticate(request, database) {
  const token = request.headers.authorization?.replace('Bearer ', '');
  if (token === undefined) throw new HttpError(401, 'no session token');
  const session = await database.query('sessions', token);
  return session.user;
}
