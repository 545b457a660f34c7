import { LivePage } from 'otel-exec-cli/page';
import { openBrowser } from './browser.js';
import { ViewFailure } from './failure.js';
import { DEFAULT_PORT, OWN_FAILURE, type ViewOptions } from './options.js';
import { type Place, takePlace } from './place.js';
import { observe } from './program/observe.js';
import type { Exit } from './program/program.js';
import { Receiver } from './receiver/receiver.js';
import { openRecorder, openRecording, showRecording } from './recording/files.js';
import { tell } from './telling.js';

const NO_EXIT: Exit = { code: 0, signal: null };

/**
 * Shows what comes until it is asked to end or, where there is a command, as that one goes. It ends as the command
 * did.
 */
export async function view(options: ViewOptions, command?: readonly string[]): Promise<void> {
  try {
    const { code, signal } = await show(options, command);
    if (signal !== null) process.kill(process.pid, signal);
    process.exitCode = code ?? 1;
  } catch (error) {
    if (!(error instanceof ViewFailure)) throw error;
    tell(error.message);
    process.exitCode = OWN_FAILURE;
  }
}

async function show(options: ViewOptions, command?: readonly string[]): Promise<Exit> {
  const { open, save, receive, host, port } = options;
  const recording = open === undefined ? undefined : await openRecording(open);
  const recorder = save === undefined ? undefined : await openRecorder(save);
  const ending = new AbortController();
  const wish = {
    host,
    port: port ?? DEFAULT_PORT,
    canMove: command !== undefined && port === undefined,
    canJoin: command !== undefined && open === undefined && save === undefined,
  };
  const place = await takePlace(wish, (url) => {
    const page = new LivePage({ title: 'otel-exec view', hint: commandsFor(url) });
    if (recording) void showRecording(recording, String(open), page.intake, ending.signal);
    return receive ? [new Receiver(page.intake, recorder), page] : [page];
  });
  announce(place, command !== undefined || !receive);
  if (options.browser) void openBrowser(`${place.url}/`);
  const exit = command ? await showCommand(command, place, options) : await untilAsked();
  ending.abort();
  await place.server?.close();
  await recorder?.close();
  return exit;
}

async function showCommand(
  command: readonly string[],
  { url, server }: Place,
  { observe: wrapper, register, stay = process.stdout.isTTY }: ViewOptions,
): Promise<Exit> {
  const program = await observe(command, { url, wrapper, register });
  const exit = await program.ended();
  if (stay && server && !program.askedToEnd) {
    tell(`${command[0]} has ended (${exit.signal ?? exit.code}); the page stays until Ctrl-C`);
    await untilAsked();
  }
  return exit;
}

function announce({ url, server }: Place, briefly: boolean): void {
  tell(server ? `${url}/` : `shown in the view that runs: ${url}/`);
  if (briefly) return;
  tell('what is started with these variables is shown there:');
  process.stderr.write(`\n${variablesFor(url).join('\n')}\n\n`);
}

function variablesFor(url: string): string[] {
  return [
    `export OTEL_EXPORTER_OTLP_ENDPOINT=${url}`,
    'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
  ];
}

/** What sends something, on the page where nothing has come. */
function commandsFor(url: string): string[] {
  const endpoint = `OTEL_EXPORTER_OTLP_ENDPOINT=${url}`;
  return [
    `${endpoint} otel-exec run -- make test`,
    `${endpoint} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf my-program`,
  ];
}

/** Settles when somebody asks this process to end. */
function untilAsked(): Promise<Exit> {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  return new Promise((resolve) => {
    const end = () => {
      for (const signal of signals) process.off(signal, end);
      resolve(NO_EXIT);
    };
    for (const signal of signals) process.on(signal, end);
  });
}
