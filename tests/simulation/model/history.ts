import { must } from '#domain/must.ts';
import { seededRandom } from '../../../src/lib/sync/testing/seeded-random.ts';
import { ModelDevice, type Keeping } from './device.ts';
import { checkAgreement, checkCheckpoint, checkConflicts, checkNothingLost, checkPage, checkReplay } from './invariants.ts';
import { pull } from './pull.ts';
import { ModelSchool } from './school.ts';
import type { Backup, Content, Transaction } from './transactions.ts';
import { Broken, type Variant } from './variant.ts';

const scopes = ['maya', 'leo', 'zoe'] as const;
const steps = 70;

/** One generated history of a school with three children, two devices of one person and one of another. */
export class History {
  readonly #random: () => number;
  readonly #school: ModelSchool;
  readonly #devices: readonly ModelDevice[];
  readonly #written = new Set<string>();
  readonly #log: string[] = [];
  /** Somebody else's work that has begun and is not committed. */
  #open: Transaction[] = [];
  #backup: Backup | null = null;
  #ids = 0;

  constructor(seed: number, variant: Variant) {
    this.#random = seededRandom(seed);
    this.#school = new ModelSchool(variant);
    this.#devices = [
      new ModelDevice('tablet', 'parent', variant),
      new ModelDevice('laptop', 'parent', variant),
      new ModelDevice('desk', 'teacher', variant),
    ];
  }

  /** What happened, a line an event. */
  get log(): readonly string[] {
    return this.#log;
  }

  /** @throws Broken */
  run(): void {
    this.#school.grant('parent', ['maya'], scopes);
    this.#school.grant('teacher', ['maya', 'leo'], scopes);
    for (let step = 0; step < steps; step++) {
      this.#school.now++;
      const [happens] = must(this.#pick(this.#weighted), 'events are listed');
      happens();
    }
    this.#becomeQuiet();
    for (const device of this.#devices) checkAgreement(this.#school, device);
    checkNothingLost(this.#school, this.#devices, this.#written);
  }

  readonly #events: readonly [happens: () => void, weight: number][] = [
    [() => this.#write(this.#device()), 8],
    [() => this.#beginElsewhere(), 6],
    [() => this.#commitElsewhere(), 5],
    [() => this.#askPage(this.#device()), 14],
    [() => this.#takePage(this.#device(), this.#pick<Keeping>(['kept', 'kept', 'kept', 'kept', 'failed', 'killed']) ?? 'kept'), 12],
    [() => this.#push(this.#device(), this.#pick(['answered', 'answered', 'request lost', 'answer lost']) ?? 'answered'), 9],
    [() => this.#takeAnswer(this.#device()), 9],
    [() => this.#changeRights(), 5],
    [() => this.#kill(this.#device()), 2],
    [() => this.#toggleNetwork(this.#device()), 2],
    [() => this.#backUpOrRestore(), 1],
  ];
  readonly #weighted = this.#events.flatMap((event) => Array.from({ length: event[1] }, () => event));

  #write(device: ModelDevice): void {
    const here = Array.from(device.held).filter(([, { own }]) => own !== null);
    const [id, held] = (this.#random() < 0.6 ? this.#pick(here) : undefined) ?? [this.#newId(), null];
    if (held?.own && this.#random() < 0.15) {
      device.write(id, null);
      this.#written.delete(id);
      this.#note(`${device.name} takes ${id} away`);
      return;
    }
    device.write(id, held?.own ? this.#changed(held.own) : this.#content());
    this.#written.add(id);
    this.#note(`${device.name} writes ${id}`);
  }

  /** Work of others, by SQL or another device, which may take its time. */
  #beginElsewhere(): void {
    const writes = Array.from({ length: 1 + Math.floor(this.#random() * 3) }, () => {
      const row = this.#random() < 0.5 ? this.#pick(Array.from(this.#school.index.values())) : undefined;
      if (!row) return { id: this.#newId(), content: this.#content() };
      return { id: row.id, content: row.isDeleted || this.#random() < 0.3 ? null : this.#changed(row.content) };
    });
    this.#open.push({ startedAt: this.#school.now, writes });
    this.#note(`others begin ${writes.map(({ id, content }) => (content ? id : `-${id}`)).join(' ')}`);
  }

  #commitElsewhere(): void {
    const transaction = this.#pick(this.#open);
    if (!transaction) return;
    this.#open = this.#open.filter((other) => other !== transaction);
    this.#school.commit(transaction);
    this.#note(`others commit at ${String(this.#school.version)}`);
  }

  #askPage(device: ModelDevice): void {
    if (device.isOff || device.pulling) return;
    const from = device.pullFrom();
    const page = pull(this.#school, device.user, from, 1 + Math.floor(this.#random() * 3));
    checkPage(this.#school, device.user, page);
    device.asked(from, page);
    this.#note(`${device.name} asks from ${JSON.stringify(from)}: ${JSON.stringify(page)}`);
  }

  #takePage(device: ModelDevice, keeping: Keeping): void {
    if (!device.pulling) return;
    device.take(device.pulling, keeping);
    this.#note(`${device.name} takes its page: ${keeping}`);
    checkCheckpoint(this.#school, device);
  }

  #push(device: ModelDevice, fate: 'answered' | 'request lost' | 'answer lost'): void {
    const rows = device.rowsToPush();
    // Two at once, as by two tabs (S17).
    if (device.isOff || rows.length === 0 || device.pushing.length > 1) return;
    this.#note(`${device.name} pushes ${rows.map(({ id }) => id).join(' ')}: ${fate}`);
    const answer = fate === 'request lost' ? null : this.#school.push(device.user, rows);
    if (answer) checkConflicts(this.#school, device.user, answer);
    if (answer) checkReplay(this.#school, device.user, rows);
    device.sent({ rows, answer: fate === 'answer lost' ? null : answer });
  }

  #takeAnswer(device: ModelDevice): void {
    const [pushing, ...others] = device.pushing;
    if (!pushing) return;
    device.pushing = others;
    if (pushing.answer) device.takeAnswer(pushing, pushing.answer);
    this.#note(`${device.name} hears of its push: ${JSON.stringify(pushing.answer?.conflicts)}`);
  }

  #changeRights(): void {
    const user = this.#pick(['parent', 'teacher']) ?? 'teacher';
    const reach = scopes.filter(() => this.#random() < 0.5);
    this.#school.grant(user, reach, scopes);
    this.#note(`${user} may see ${reach.join(', ')} at ${String(this.#school.version)}`);
  }

  #kill(device: ModelDevice): void {
    device.kill();
    this.#note(`${device.name} is killed`);
  }

  #toggleNetwork(device: ModelDevice): void {
    device.isOff = !device.isOff;
    this.#note(`${device.name} is ${device.isOff ? 'off' : 'on'} the network`);
  }

  #backUpOrRestore(): void {
    if (!this.#backup) {
      this.#backup = this.#school.backup();
      this.#note('a backup is made');
      return;
    }
    this.#school.restore(this.#backup);
    this.#backup = null;
    this.#open = [];
    for (const device of this.#devices) device.kill();
    // What the server alone had is lost with it.
    const isKnown = (id: string) => this.#school.index.has(id) || this.#devices.some(({ held }) => held.has(id));
    for (const id of this.#written) if (!isKnown(id)) this.#written.delete(id);
    this.#note(`the backup is put back: epoch ${String(this.#school.epoch)}`);
  }

  #becomeQuiet(): void {
    this.#note('quiet');
    while (this.#open.length > 0) this.#commitElsewhere();
    for (const device of this.#devices) device.isOff = false;
    // Until none has anything to say: what one sends another has to hear.
    for (let rounds = 0, isQuiet = false; !isQuiet; rounds++) {
      if (rounds > 30) throw new Broken('I2', 'no end of it');
      const before = this.#school.version;
      isQuiet = this.#devices.map((device) => this.#settle(device)).every((wasQuiet) => wasQuiet) && before === this.#school.version;
    }
  }

  /** @returns whether there was nothing to send and to mend */
  #settle(device: ModelDevice): boolean {
    while (device.pushing.length > 0) this.#takeAnswer(device);
    const isSent = device.waiting.length === 0;
    if (!isSent) this.#push(device, 'answered');
    while (device.pushing.length > 0) this.#takeAnswer(device);
    this.#takePage(device, 'kept');
    for (let isCaughtUp = false; !isCaughtUp || device.floor !== undefined;) {
      this.#askPage(device);
      isCaughtUp = device.pulling?.page.isCaughtUp ?? false;
      this.#takePage(device, 'kept');
      if (device.waiting.length > 0) break;
    }
    if (!device.wantsDigest || device.waiting.length > 0) return isSent;
    device.heal(new Map(this.#school.visible(device.user).map(({ id, version }) => [id, version])));
    return false;
  }

  #device(): ModelDevice {
    return must(this.#pick(this.#devices), 'there are three');
  }

  #newId(): string {
    // Not in the order of time: the order within a version must not follow it by chance.
    return `${String(Math.floor(this.#random() * 1000)).padStart(3, '0')}-${String(++this.#ids)}`;
  }

  #content(): Content {
    return { scope: this.#pick(scopes) ?? 'maya', words: String(this.#random()).slice(2, 6), minutes: 0 };
  }

  #changed(content: Content): Content {
    return this.#random() < 0.5
      ? { ...content, words: String(this.#random()).slice(2, 6) }
      : { ...content, minutes: Math.floor(this.#random() * 5) };
  }

  #note(line: string): void {
    this.#log.push(line);
  }

  #pick<T>(all: readonly T[]): T | undefined {
    return all[Math.floor(this.#random() * all.length)];
  }
}
