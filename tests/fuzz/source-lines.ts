import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Covered } from './coverage.js';

/** Lines of a source file on which a statement (or the body of an arrow function) begins, and those of them that ran. */
export interface FileLines {
  readonly file: string;
  readonly lines: number;
  readonly covered: number;
  /** Numbers of the lines that did not run, 1 for the first. */
  readonly missed: readonly number[];
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Numbers of one segment of a source map: base 64 VLQ. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

/** Offset in the compiled text for each mapped place of the source, by line: pairs of column and offset. */
function placesOf(mappings: string, compiled: string): Map<number, (readonly [column: number, offset: number])[]> {
  const places = new Map<number, (readonly [number, number])[]>();
  let sourceLine = 0;
  let sourceColumn = 0;
  let lineStart = 0;
  for (const line of mappings.split(';')) {
    let column = 0;
    for (const segment of line === '' ? [] : line.split(',')) {
      const [byColumn = 0, , byLine, bySourceColumn] = numbersOf(segment);
      column += byColumn;
      if (byLine === undefined || bySourceColumn === undefined) continue;
      sourceLine += byLine;
      sourceColumn += bySourceColumn;
      const list = places.get(sourceLine) ?? [];
      list.push([sourceColumn, lineStart + column]);
      places.set(sourceLine, list);
    }
    lineStart = compiled.indexOf('\n', lineStart) + 1;
  }
  return places;
}

/** What declares and does nothing when it is reached. A block is its statements. */
const declaring = new Set([
  ts.SyntaxKind.Block, ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.ClassDeclaration, ts.SyntaxKind.InterfaceDeclaration, ts.SyntaxKind.TypeAliasDeclaration, ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration, ts.SyntaxKind.EmptyStatement,
]);

/** Where each statement and each arrow function's expression begins. */
function beginningsOf(source: ts.SourceFile): { line: number; column: number }[] {
  const found: { line: number; column: number }[] = [];
  const visit = (node: ts.Node): void => {
    const isBody = ts.isArrowFunction(node.parent) && node.parent.body === node && !ts.isBlock(node);
    const isStatement = node.kind >= ts.SyntaxKind.FirstStatement && node.kind <= ts.SyntaxKind.LastStatement && !declaring.has(node.kind);
    if (isBody || isStatement) {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ line, column: character });
    }
    node.forEachChild(visit);
  };
  source.forEachChild(visit);
  return found;
}

/**
 * Counts a line when everything that begins on it ran: `if (wrong) throw …` needs both. Stricter than the usual count, which takes the first statement of a
 * line for all of it.
 */
export function linesOf(root: string, file: string, covered: Covered): FileLines {
  const compiledPath = join(root, 'dist', file.replace(/\.ts$/, '.js'));
  const text = readFileSync(join(root, file), 'utf8');
  const compiled = existsSync(compiledPath) ? readFileSync(compiledPath, 'utf8') : '';
  const { mappings } = existsSync(`${compiledPath}.map`) ? (JSON.parse(readFileSync(`${compiledPath}.map`, 'utf8')) as { mappings: string }) : { mappings: '' };
  const places = placesOf(mappings, compiled);
  const ran = (offset: number): boolean => covered.some(([start, end]) => offset >= start && offset < end);
  const byLine = new Map<number, boolean>();
  for (const { line, column } of beginningsOf(ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true))) {
    const [, offset] = (places.get(line) ?? []).find(([at]) => at >= column) ?? [];
    // What has no place in the compiled text is a type.
    if (offset !== undefined) byLine.set(line, (byLine.get(line) ?? true) && ran(offset));
  }
  const missed = [...byLine].filter(([, all]) => !all).map(([line]) => line + 1);
  return { file, lines: byLine.size, covered: byLine.size - missed.length, missed };
}
