import { SAMPLE_RATE, type PcmFile } from '../../audio/pcm-file.ts';
import { createTable, type Table } from '../table.ts';
import { FRAME_SAMPLES, HOP_SAMPLES } from './frames.ts';
import { levelGain } from './level.ts';
import { createMelBank } from './mel-bank.ts';
import { createPowerSpectrum, FFT_SIZE } from './power-spectrum.ts';

/** Bands the speaker net was trained on. */
export const LOG_MEL_BANDS = 64;

/** Cepstral coefficients 1 to 19 (the 0th, loudness, is left out), from their own 40 bands. */
const CEPSTRA = 19;
const CEPSTRUM_BANDS = 40;

/** What is known of consecutive frames: log-mel energies for the net, cepstra for the models of one recording. */
interface FrameFeatures {
  readonly logMel: Table;
  readonly cepstra: Table;
}

/** Computes the features of `frameCount` frames from `firstFrame` on; only their samples are read. */
export type FrontEnd = (range: { firstFrame: number; frameCount: number }) => FrameFeatures;

/** A front-end for one recording. Measures the recording's level once, then reads only what it is asked for. */
export function createFrontEnd(pcm: PcmFile): FrontEnd {
  const gain = levelGain(pcm);
  const spectrum = createPowerSpectrum();
  const wideBank = createMelBank({ bands: LOG_MEL_BANDS, fftSize: FFT_SIZE, sampleRate: SAMPLE_RATE });
  const cepstrumBank = createMelBank({ bands: CEPSTRUM_BANDS, fftSize: FFT_SIZE, sampleRate: SAMPLE_RATE });
  const cosines = cosineBasis();
  const bands = new Float32Array(CEPSTRUM_BANDS);

  return ({ firstFrame, frameCount }) => {
    const firstSample = firstFrame * HOP_SAMPLES;
    const before = firstSample > 0 ? 1 : 0;
    const samples = pcm.read(
      firstSample - before,
      firstSample + (frameCount - 1) * HOP_SAMPLES + FRAME_SAMPLES,
    );
    const logMel = createTable(frameCount, LOG_MEL_BANDS);
    const cepstra = createTable(frameCount, CEPSTRA);
    for (let frame = 0; frame < frameCount; frame++) {
      const power = spectrum(samples, before + frame * HOP_SAMPLES, gain);
      wideBank(power, logMel.data, frame * LOG_MEL_BANDS);
      cepstrumBank(power, bands, 0);
      for (let c = 0; c < CEPSTRA; c++) {
        let sum = 0;
        for (let b = 0; b < CEPSTRUM_BANDS; b++) sum += cosines[c * CEPSTRUM_BANDS + b]! * bands[b]!;
        cepstra.data[frame * CEPSTRA + c] = sum;
      }
    }
    return { logMel, cepstra };
  };
}

/** Rows 1 to 19 of the orthonormal type-II cosine transform. */
function cosineBasis(): Float64Array {
  const basis = new Float64Array(CEPSTRA * CEPSTRUM_BANDS);
  const scale = Math.sqrt(2 / CEPSTRUM_BANDS);
  for (let c = 0; c < CEPSTRA; c++) {
    for (let b = 0; b < CEPSTRUM_BANDS; b++) {
      basis[c * CEPSTRUM_BANDS + b] = scale * Math.cos((Math.PI * (c + 1) * (b + 0.5)) / CEPSTRUM_BANDS);
    }
  }
  return basis;
}
