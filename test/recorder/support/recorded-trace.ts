/** What tests ask of a recorded trace: the model, and its log lines in words. */
import { readFileSync } from 'node:fs';
import { loadTrace, type TraceModel } from '../../../src/analysis/index.ts';

/** The model of a trace that must be whole. */
export async function modelOf(file: string): Promise<TraceModel> {
  const model = await loadTrace([readFileSync(file)]);
  if (model.info.problem !== undefined) throw new Error(`${file}: ${model.info.problem.message}`);
  return model;
}

export interface LogLine {
  readonly message: string;
  /** Own name of its task, undefined = none. */
  readonly task: string | undefined;
  /** Rows of `tasks` and `goroutines`; -1 = none. */
  readonly taskRow: number;
  readonly goroutine: number;
  /** ns */
  readonly time: number;
}

/** The log lines of a category, in order. */
export function logLines({ logs, tasks, strings }: TraceModel, category: string): LogLine[] {
  const lines: LogLine[] = [];
  for (let i = 0; i < logs.count; i++) {
    if (strings[logs.category[i]!] !== category) continue;
    const taskRow = logs.task[i]!;
    lines.push({
      message: strings[logs.message[i]!]!,
      task: taskRow < 0 ? undefined : strings[tasks.name[taskRow]!],
      taskRow,
      goroutine: logs.goroutine[i]!,
      time: logs.time[i]!,
    });
  }
  return lines;
}

/** The one log line with that message. */
export function logLine(model: TraceModel, message: string, category = 'line'): LogLine {
  const found = logLines(model, category).filter((line) => line.message === message);
  if (found.length !== 1) throw new Error(`${found.length} log lines say "${message}"`);
  return found[0]!;
}

/** Names of a column of string ids, in words. */
export function words({ strings }: TraceModel, column: Iterable<number>): string[] {
  return Array.from(column, (id) => strings[id]!);
}
