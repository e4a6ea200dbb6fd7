import { onBeforeUnmount, ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { chosenOf, closeCamera, listCameras, openCamera, rememberCamera, rememberedCamera, type Camera } from './camera.js';

/** A camera while a screen shows it. It is let go of with the screen. */
export interface CameraUse {
  readonly state: Ref<'opening' | 'live' | 'off'>;
  readonly stream: ShallowRef<MediaStream | null>;
  readonly cameras: ShallowRef<readonly Camera[]>;
  readonly chosen: ShallowRef<Camera | null>;
  /** Opens it, the one that was used last unless stated. */
  open(camera?: Camera): Promise<void>;
  close(): void;
}

export const useCamera = (): CameraUse => {
  const state = ref<'opening' | 'live' | 'off'>('opening');
  const stream: CameraUse['stream'] = shallowRef(null);
  const cameras: CameraUse['cameras'] = shallowRef([]);
  const chosen: CameraUse['chosen'] = shallowRef(null);
  let gone = false;
  let asked = 0;

  const close = (): void => {
    asked += 1;
    closeCamera(stream.value);
    stream.value = null;
    state.value = 'off';
  };
  const open = async (wanted?: Camera): Promise<void> => {
    close();
    const mine = asked;
    state.value = 'opening';
    try {
      // Before it was allowed once no camera has a name: any is opened first, then the one that was used last.
      let opened = await openCamera(wanted?.id);
      cameras.value = await listCameras();
      const now = wanted ?? chosenOf(cameras.value, rememberedCamera());
      const id = opened.getVideoTracks()[0]?.getSettings().deviceId;
      if (now !== undefined && id !== undefined && now.id !== id) {
        closeCamera(opened);
        opened = await openCamera(now.id);
      }
      if (gone || mine !== asked) return closeCamera(opened);
      opened.getVideoTracks()[0]?.addEventListener('ended', () => {
        if (stream.value === opened) close();
      });
      stream.value = opened;
      chosen.value = now ?? null;
      if (wanted !== undefined) rememberCamera(wanted);
      state.value = 'live';
    } catch {
      if (mine === asked) state.value = 'off';
    }
  };
  onBeforeUnmount(() => {
    gone = true;
    close();
  });
  return { state, stream, cameras, chosen, open, close };
};
