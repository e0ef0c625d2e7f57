/**
 * What `exectrace record PID` loads into a process that was not prepared for it, through the inspector: an endpoint on a
 * socket that is gone again afterwards.
 */
type Endpoint = import('./endpoint.js').Endpoint;

/** Opens an endpoint at `path`; returns what closes it. Older versions warn when `require` loads an ES module. */
async function attach(path: string): Promise<Endpoint> {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    const { listen } = require('./endpoint.js') as typeof import('./endpoint.js');
    return await listen({ path });
  } finally {
    process.emitWarning = emitWarning;
  }
}

exports.attach = attach;
