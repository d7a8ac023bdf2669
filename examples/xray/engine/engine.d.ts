// The seam between the job, which is shared, and what it runs on: ironloop, or plain Node for `--compare`.

import type { FileFacts, Finding } from '../worker/examine-file.js'

export interface CrewOptions {
  root: string
  threads: number
  onFinding(finding: Finding): void
}

/** Worker threads that examine files and publish findings. */
export interface Crew {
  /** How many files may be in flight. */
  limit: number
  /** Reads a file and publishes what it finds. Rejects when the worker that had the file died. */
  examine(path: string): Promise<FileFacts>
  /** The complexity of a file in a language without a parser here. */
  estimate(path: string): Promise<number | undefined>
  /** Resolves when all threads are gone; what was in flight is rejected. */
  close(): Promise<void>
}

export interface LinesOptions {
  cwd: string
  env?: Record<string, string>
  signal?: AbortSignal
  /** Milliseconds. */
  timeout?: number
  killSignal?: NodeJS.Signals
}

/** Lines of stdout while the child runs; `exited` never rejects and means that the child is gone. */
export interface Lines extends AsyncIterable<string> {
  exited: Promise<{ exitCode: number | null; error?: Error }>
}

export interface Engine {
  name: 'ironloop' | 'node'
  openCrew(options: CrewOptions): Crew
  lines(file: string, args: string[], options: LinesOptions): Lines
}
