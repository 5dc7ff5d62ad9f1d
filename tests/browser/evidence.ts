import type { Device, DeviceOptions } from './device.ts';
import { expect } from './fixtures.ts';
import { signInAdult } from './people.ts';

/** What a child logs with files: how it is begun on a device, waits there, and arrives at the teacher's. */

export const tablet: DeviceOptions = {
  viewport: { width: 820, height: 1100 },
  hasTouch: true,
  isMobile: true,
};
export const photoButton = { name: 'Photo 1 of 1: make it big' };

export async function openWay(device: Device, way: RegExp): Promise<void> {
  const { page } = device;
  await page.getByRole('link', { name: 'Log it' }).click();
  await page.getByRole('link', { name: 'Science', exact: true }).click();
  await page.getByRole('link', { name: way }).click();
}

/** What waits here together. */
export async function expectToWait({ page }: Device, count: number): Promise<void> {
  await page.goto('/homework');
  await expect(page.getByText(`${String(count)} to send`)).toBeVisible();
}

/** Back in the wifi: the homework goes, then its file, and the teacher has it on the desk. */
export async function expectToArrive(
  device: Device,
  openDevice: (options?: DeviceOptions) => Promise<Device>,
  options: DeviceOptions = { viewport: { width: 1366, height: 768 } },
): Promise<Device> {
  await device.goOnline();
  await expect(device.page.getByText('All sent')).toBeVisible();
  const laptop = await openDevice(options);
  await signInAdult(laptop, 'teacher@oak-hill.example');
  await laptop.page.goto('/marking?find=Maya&sort=newest');
  const newest = laptop.page.getByRole('button', { name: /Maya Rahman/ }).first();
  await newest.click();
  await expect(newest).toHaveAttribute('aria-current', 'true');
  return laptop;
}
