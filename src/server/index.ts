/** The loopback server behind `exectrace view`. */
export { startViewServer, type ViewOptions, type ViewServer } from './view-server.ts';
export { ViewerNotBuiltError } from './viewer-assets.ts';
