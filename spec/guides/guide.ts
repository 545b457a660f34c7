/** A fenced block of a document that somebody could run or write to a file. */
export interface Block {
  /** Where it is, for messages: the line of its fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** The file that it is the content of, from the fence. */
  readonly file: string | undefined;
  readonly text: string;
  readonly directive: Directive;
}

/** What a comment before the fence says of a block. */
export interface Directive {
  /** Why it is not run. */
  readonly notRun?: string;
  /** What its output has to match. */
  readonly shows?: RegExp;
  /** What its output matches once it can be used; it runs on until the guide's end. */
  readonly serves?: RegExp;
  /** Its exit code. Default 0. */
  readonly exit?: number;
}

const COMMANDS = ['sh'];
const PROGRAMS = ['js', 'ts'];
const FENCE = /((?:^<!-- [^\n]* -->\n\n?)*)^```(\w+)(?: +(\S+))?\n([\s\S]*?)^```$/gm;

/**
 * The commands and programs of a document, and the files that it shows, in order. A comment before a fence says
 * `not run: why`, `shows: pattern`, `serves: pattern` or `exit: code`.
 * @throws Error where a program has no file name and no reason why it is not run, where a file's name is not in the text
 *   before, or where a comment is none of those
 */
export function readGuide(document: string): Block[] {
  const blocks = [...document.matchAll(FENCE)].map((match): Block => {
    const [, comments = '', language = '', file, text = ''] = match;
    const line = document.slice(0, match.index + comments.length).split('\n').length;
    const paragraph = document.slice(0, match.index).trimEnd().split('\n\n').at(-1);
    if (file !== undefined && !paragraph?.includes(`\`${file}\``)) {
      throw new Error(
        `line ${line}: the text before has to name ${file}, which a reader doesn't see otherwise`,
      );
    }
    const directive = comments
      .split('\n')
      .filter((one) => one.includes(': '))
      .map(readComment);
    return { line, language, file, text, directive: Object.assign({}, ...directive) };
  });
  for (const { line, language, file, directive } of blocks) {
    if (PROGRAMS.includes(language) && file === undefined && directive.notRun === undefined) {
      throw new Error(`line ${line}: a program without a file name has to say why it is not run`);
    }
  }
  return blocks.filter(
    ({ language, file }) =>
      isCommand(language) || file !== undefined || PROGRAMS.includes(language),
  );
}

/** Whether the block is run, rather than written to a file. */
export function isCommand(language: string): boolean {
  return COMMANDS.includes(language);
}

function readComment(comment: string): Directive {
  const [, kind = '', value = ''] = /^<!-- ([a-z ]+): (.*) -->$/.exec(comment) ?? [];
  switch (kind) {
    case 'not run':
      return { notRun: value };
    case 'shows':
      return { shows: new RegExp(value) };
    case 'serves':
      return { serves: new RegExp(value) };
    case 'exit':
      return { exit: Number(value) };
    default:
      throw new Error(`${comment}: expected not run, shows, serves or exit`);
  }
}
