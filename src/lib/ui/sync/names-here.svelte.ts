import { liveQuery } from '$lib/data/live-query.svelte.ts';
import type { Names } from './entry-words.ts';

/** Names as this device knows them; a child reads of nobody but themselves, and needs no name. Make it while a component is set up. */
export class NamesHere {
  readonly #people = liveQuery('people');
  readonly #school = liveQuery('school');
  readonly #tasks = liveQuery('tasks');

  readonly #children = $derived.by(
    () =>
      new Map(
        this.#people.current.flatMap((person) => (person.kind === 'student' ? [[person.studentId as string, person.firstName]] : [])),
      ),
  );
  readonly #clubs = $derived.by(
    () => new Map(this.#school.current.flatMap((document) => (document.kind === 'club' ? [[document.id, document.name]] : []))),
  );
  readonly #titles = $derived.by(() => new Map(this.#tasks.current.map((task) => [task.id, task.title])));

  for(isForChild: boolean): Names {
    return {
      child: (id) => (isForChild ? null : (this.#children.get(id) ?? null)),
      club: (id) => this.#clubs.get(id) ?? null,
      task: (id) => this.#titles.get(id) ?? null,
    };
  }
}
