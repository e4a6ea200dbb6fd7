/** The cameras of this machine, as the browser lets a page see them. Which one was used is remembered by a hash of its label, and nothing else. */

export interface Camera {
  readonly id: string;
  readonly label: string;
}

const remembered = 'photo-camera';

/** FNV-1a, 32 bits: tells two cameras of one desk apart, and names neither. */
export const labelHash = (label: string): string => {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(label)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
};

/** The one that was used last where it is there, else the first. */
export const chosenOf = (cameras: readonly Camera[], hash: string | null): Camera | undefined => cameras.find(({ label }) => labelHash(label) === hash) ?? cameras[0];

export const rememberCamera = ({ label }: Camera): void => localStorage.setItem(remembered, labelHash(label));
export const rememberedCamera = (): string | null => localStorage.getItem(remembered);

/** Labels are told once a camera was allowed. */
export const listCameras = async (): Promise<readonly Camera[]> => {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.flatMap(({ kind, deviceId, label }) => (kind === 'videoinput' ? [{ id: deviceId, label }] : []));
};

/** Rejects where there is none, it is taken, or nobody may use it. */
export const openCamera = (id: string | undefined): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({ audio: false, video: { width: { ideal: 1280 }, height: { ideal: 960 }, ...(id === undefined ? {} : { deviceId: { exact: id } }) } });

export const closeCamera = (stream: MediaStream | null): void => {
  for (const track of stream?.getTracks() ?? []) track.stop();
};
