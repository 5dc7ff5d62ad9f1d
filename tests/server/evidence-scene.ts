import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { EvidenceReceipt } from '#domain/evidence/evidence.ts';
import type { Person } from './person.ts';
import { photo } from './sample-files.ts';
import { SchoolScene } from './school-scene.ts';
import { logWithFiles, Upload, type Logged } from './upload.ts';

/** A school whose guardians agree to photos and recordings, and what lies in its store. */
export class EvidenceScene extends SchoolScene {
  protected override async begin(): Promise<void> {
    await super.begin();
    for (const child of [this.maya, this.leo])
      for (const purpose of ['photo', 'audio'] as const) await this.decide(child, purpose, 'given');
  }

  /** All guardians of the child say so. */
  async decide(child: Person, purpose: 'photo' | 'audio', decision: 'given' | 'withdrawn'): Promise<void> {
    await this.server.sql`
      insert into student_consents (school_id, id, student_id, guardian_id, purpose, notice_version, decision)
      select school_id, gen_random_uuid(), student_id, parent_id, ${purpose}, 1, ${decision} from parent_students
      where student_id = ${child.id} and is_current and has_parental_responsibility`;
  }

  async receiptOf(person: Person, completionId: string): Promise<EvidenceReceipt[]> {
    const { documents } = await person.pullAll('receipts');
    return documents.find(({ id }) => id === completionId)?.['evidence'] as EvidenceReceipt[];
  }

  /** All that lies in the store. */
  async stored(): Promise<{ path: string; bytes: Buffer }[]> {
    const entries = await readdir(this.server.evidenceDirectory, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(path) })));
  }

  async storedOf(id: string): Promise<{ path: string; bytes: Buffer }[]> {
    const [row] = await this.server.sql<{ storage_key: string | null }[]>`select storage_key from evidence where id = ${id}`;
    const key = row?.storage_key ?? 'nowhere';
    return (await this.stored()).filter(({ path }) => path.includes(key));
  }

  /** A photo that is kept. */
  async kept(child: Person): Promise<Logged> {
    const logged = await logWithFiles(child, this.club);
    expect((await new Upload(logged.id, await photo(300, 300)).whole(child)).status).toBe(204);
    return logged;
  }

  /** A photo of which one part is here. */
  async begun(child: Person): Promise<Logged & { readonly upload: Upload }> {
    const logged = await logWithFiles(child, this.club);
    const upload = new Upload(logged.id, await photo());
    await upload.announce(child);
    expect((await upload.part(child, 0)).status).toBe(204);
    return { ...logged, upload };
  }

  /** Waits for the upkeep to delete these: another process begins with what each does every minute. */
  async tended(paths: readonly string[]): Promise<void> {
    const another = await this.server.another();
    await expect
      .poll(async () => (await this.stored()).map(({ path }) => path).filter((path) => paths.includes(path)), { timeout: 20_000 })
      .toEqual([]);
    await another.stop();
  }
}
