/** Starts the page: state, theme, keys, drag and drop, the address, and the trace that the address names. */
import { render } from 'preact';
import './theme/base.css';
import './theme/states.css';
import './theme/top-bar.css';
import './theme/tables.css';
import './theme/panels.css';
import './theme/details.css';
import './theme/timeline.css';
import './theme/rows.css';
import './theme/pages.css';
import './theme/narrow.css';
import { App } from './app.tsx';
import { fetchTheRest } from './panels/lazy.tsx';
import { bindAddress } from './state/address.ts';
import { bindCommands } from './state/commands.ts';
import { bindDrop } from './state/drop.ts';
import { Viewer } from './state/viewer.ts';

const viewer = new Viewer(getComputedStyle(document.body).fontFamily);
viewer.theme.applyTo(document.documentElement);
bindCommands(viewer);
bindDrop(viewer);
bindAddress(viewer);
render(<App viewer={viewer} />, document.body);
fetchTheRest();
