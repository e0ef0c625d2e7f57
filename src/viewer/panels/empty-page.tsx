/**
 * Nothing is open: where to drop a file, how to record one. Also shown, with a message, when a file could not be read.
 */

import { DisplayState } from '../../analysis/index.ts';
import type { Message } from '../state/phase.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { MessageBar } from './messages.tsx';
import { StateBar } from './state-bar.tsx';

const COMMANDS = [
  { name: 'Node.js', command: 'npx exectrace run -- node server.js' },
  { name: 'Go', command: 'go test -trace trace.out' },
] as const;

export function EmptyPage({ viewer, message }: { viewer: Viewer; message: Message | undefined }) {
  return (
    <main class="empty">
      <div>
        <h1>Where did the time go?</h1>
        <p class="lead">
          Open an execution trace of Node.js or Go. You get what stands out, each request cut into what it waited for,
          and the timeline.
        </p>
        {message !== undefined && <MessageBar message={message} />}
        <DropZone viewer={viewer} />
        <p class="muted note">Files never leave this page. It works offline.</p>
      </div>
      <div class="record">
        <h2>Record one</h2>
        {COMMANDS.map(({ name, command }) => (
          <div key={name}>
            <div class="muted">{name}</div>
            <div class="command">
              <code>{command}</code>
              <button
                type="button"
                class="icon-button"
                aria-label={`Copy the command for ${name}`}
                title="Copy"
                onClick={() => void navigator.clipboard.writeText(command)}
              >
                <Icon name="copy" />
              </button>
            </div>
          </div>
        ))}
        <h2>Then</h2>
        <div class="command">
          <code>npx exectrace view app.trace</code>
        </div>
      </div>
    </main>
  );
}

function DropZone({ viewer }: { viewer: Viewer }) {
  return (
    <div class="drop-zone">
      <Picture viewer={viewer} />
      <b>Drop a trace here</b>
      <button type="button" class="button primary" onClick={() => viewer.openPicker()}>
        <Icon name="open" />
        Open…
      </button>
      <span class="muted">.trace, .out, .gz, .zst · Go 1.5 and newer, Node with exectrace</span>
    </div>
  );
}

/** Three rows of a timeline, small. */
function Picture({ viewer }: { viewer: Viewer }) {
  const { Run, Net, Ready, Sleep } = DisplayState;
  const rows = [
    {
      x: 10,
      width: 82,
      parts: [
        [Run, 30],
        [Net, 44],
        [Run, 8],
      ],
    },
    {
      x: 62,
      width: 106,
      parts: [
        [Ready, 88],
        [Run, 18],
      ],
    },
    {
      x: 0,
      width: 220,
      parts: [
        [Sleep, 62],
        [Run, 88],
        [Sleep, 70],
      ],
    },
  ] as const;
  return (
    <div class="picture" aria-hidden="true">
      {rows.map((row) => (
        <div key={row.x} style={{ paddingLeft: `${row.x / 16}rem` }}>
          <StateBar
            parts={row.parts.map(([display, value]) => ({ display, value }))}
            width={row.width}
            height={16}
            measure={viewer.measures.normal}
            label=""
          />
        </div>
      ))}
    </div>
  );
}
