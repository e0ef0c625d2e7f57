/**
 * Nothing is open: where to drop a file, examples to look at, how to record one. Also shown, with a message, when a file
 * could not be read.
 */
import { useSignal } from '@preact/signals';
import { DisplayState } from '../../analysis/index.ts';
import { EXAMPLES, type Example, exampleUrl, type PictureRow } from '../state/examples.ts';
import type { Message } from '../state/phase.ts';
import type { Viewer } from '../state/viewer.ts';
import { Icon } from '../theme/icons.tsx';
import { MessageBar } from './messages.tsx';
import { StateBar } from './state-bar.tsx';

/** Commands that record a program from its start, and one that is running. */
const COMMANDS = [
  {
    name: 'Node.js',
    command: 'npx exectrace run -- node server.js',
    running: 'npx exectrace record -o app.trace PID',
  },
  {
    name: 'Go',
    command: 'go test -trace trace.out',
    running: 'curl -o trace.out "http://localhost:6060/debug/pprof/trace?seconds=5"',
  },
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
        <Examples viewer={viewer} />
        <Record />
      </div>
    </main>
  );
}

function Examples({ viewer }: { viewer: Viewer }) {
  const found = EXAMPLES.filter((example) => exampleUrl(example) !== undefined);
  if (found.length === 0) return undefined;
  return (
    <section aria-labelledby="examples">
      <h2 id="examples">Or look at an example</h2>
      <ul class="examples">
        {found.map((example) => (
          <ExampleRow key={example.file} viewer={viewer} example={example} />
        ))}
      </ul>
    </section>
  );
}

function ExampleRow({ viewer, example }: { viewer: Viewer; example: Example }) {
  const { title, sentence, picture, rowHeight } = example;
  return (
    <li>
      <button type="button" onClick={() => viewer.loader.open({ kind: 'url', url: exampleUrl(example)! })}>
        <Picture viewer={viewer} rows={picture} height={rowHeight} gap={rowHeight > 5 ? 2 : 0.5} />
        <span>
          <b class="link">{title}</b>
          <span class="muted">{sentence}</span>
        </span>
      </button>
    </li>
  );
}

function Record() {
  const running = useSignal(false);
  return (
    <section aria-labelledby="record">
      <h2 id="record">{running.value ? 'Record a running service' : 'Record one'}</h2>
      {COMMANDS.map(({ name, command, running: live }) => (
        <CommandLine key={name} name={name} command={running.value ? live : command} />
      ))}
      <p class="muted note">
        <button
          type="button"
          class="link"
          onClick={() => {
            running.value = !running.value;
          }}
        >
          {running.value ? 'From its start' : 'From a running service'}
        </button>
      </p>
    </section>
  );
}

function CommandLine({ name, command }: { name: string; command: string }) {
  return (
    <div class="command-line">
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
  );
}

function DropZone({ viewer }: { viewer: Viewer }) {
  return (
    <div class="drop-zone">
      <Picture viewer={viewer} rows={ROWS} height={16} gap={6} />
      <b>Drop a trace here</b>
      <form
        class="open-row"
        onSubmit={(event) => {
          event.preventDefault();
          const address = new FormData(event.currentTarget).get('address');
          if (typeof address === 'string' && address.trim() !== '') viewer.openAddress(address.trim());
        }}
      >
        <button type="button" class="button primary" onClick={() => viewer.openPicker()}>
          <Icon name="open" />
          Open…
        </button>
        <input
          name="address"
          aria-label="Address of a trace on this server"
          placeholder="or an address on this server"
        />
      </form>
      <span class="muted">.trace, .out, .gz, .zst · Go 1.5 and newer, Node with exectrace</span>
    </div>
  );
}

const { Run, Net, Ready, Sleep } = DisplayState;

/** Three rows of a timeline. */
const ROWS: readonly PictureRow[] = [
  {
    x: 10,
    parts: [
      [Run, 30],
      [Net, 44],
      [Run, 8],
    ],
  },
  {
    x: 62,
    parts: [
      [Ready, 88],
      [Run, 18],
    ],
  },
  {
    x: 0,
    parts: [
      [Sleep, 62],
      [Run, 88],
      [Sleep, 70],
    ],
  },
];

interface PictureProps {
  readonly viewer: Viewer;
  readonly rows: readonly PictureRow[];
  /** Pixels. */
  readonly height: number;
  readonly gap: number;
}

/** Rows of a timeline, small. */
function Picture({ viewer, rows, height, gap }: PictureProps) {
  return (
    <div class="picture" aria-hidden="true" style={{ gap: `${gap / 16}rem` }}>
      {rows.map(({ x, parts }) => (
        <div key={`${x} ${parts.length}`} style={{ paddingLeft: `${x / 16}rem` }}>
          <StateBar
            parts={parts.map(([display, value]) => ({ display, value }))}
            width={parts.reduce((sum, [, width]) => sum + width, 0)}
            height={height}
            measure={viewer.measures.normal}
            label=""
          />
        </div>
      ))}
    </div>
  );
}
