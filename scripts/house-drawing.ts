import { cruise, type ICruiseResult } from 'dependency-cruiser';

/** Rooms of lib/ by the rooms that they import. */
type House = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Draws the rooms of lib/ and what imports what, as Mermaid, from the code's own imports. An arrow that
 * follows from others is left out.
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export async function houseDrawing(): Promise<string> {
  const house = await readHouse();
  const arrows = [...house].flatMap(([from, to]) =>
    [...to]
      .filter((room) => ![...to].some((other) => other !== room && reaches(house, other, room)))
      .map((room) => `  ${idOf(from)} --> ${idOf(room)}`),
  );
  const rooms = [...house.keys()].map((room) => `  ${idOf(room)}["${room}"]`);
  return ['flowchart TB', ...rooms.sort(), ...arrows.sort()].join('\n');
}

async function readHouse(): Promise<House> {
  const { output } = await cruise(['lib'], {
    parser: 'swc',
    tsPreCompilationDeps: true,
    includeOnly: '^lib/',
  });
  const house = new Map<string, Set<string>>();
  for (const { source, dependencies } of (output as ICruiseResult).modules) {
    const from = roomOf(source);
    if (from === undefined) continue;
    const known = house.get(from) ?? new Set();
    house.set(from, known);
    for (const { resolved } of dependencies) {
      const to = roomOf(resolved);
      if (to !== undefined && to !== from) known.add(to);
    }
  }
  return house;
}

/** A room is a folder, with its door, or a file that stands for one; the doors to several rooms are none. */
function roomOf(path: string): string | undefined {
  const [, wing] = /^lib\/(instrumentation\/[^/]+)\//.exec(path) ?? [];
  const [, folder] = /^lib\/([^/]+)\//.exec(path) ?? [];
  const [, file] = /^lib\/(telemetry|rpc-tap|lines|export|testing)[.]ts$/.exec(path) ?? [];
  return wing ?? folder ?? file;
}

function reaches(house: House, from: string, to: string): boolean {
  const next = house.get(from) ?? new Set();
  return next.has(to) || [...next].some((room) => reaches(house, room, to));
}

function idOf(room: string): string {
  return room.replace(/\W/g, '_');
}
