/** Password hashes by scrypt, which runs in libuv's thread pool. */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const COST = { N: 2 ** 13, r: 8, p: 1 };
const HASH_BYTES = 32;
const runScrypt = promisify(scrypt);

/** The hash of a password, a Buffer. Takes some tens of milliseconds of a pool thread. */
export async function hashPassword(password, salt) {
  return await runScrypt(password, salt, HASH_BYTES, COST);
}

/** Whether the password is that of the user, a database row with `salt` and `hash` (hex). */
export async function verifyPassword(password, user) {
  const hash = await hashPassword(password, user.salt);
  return timingSafeEqual(hash, Buffer.from(user.hash, 'hex'));
}
