"""Log-mel energies exactly as the engine computes them, and reading of audio files."""
import numpy as np
import scipy.fft
import soundfile
from scipy.signal import resample_poly

RATE, BANDS, FRAME, HOP, FFT_SIZE = 16_000, 64, 400, 160, 512


def mel_bank():
    """Triangles from 60 to 7600 Hz, evenly spaced on the mel scale; FFT bins x bands."""
    mel = lambda hz: 2595 * np.log10(1 + hz / 700)
    hz = lambda m: 700 * (10 ** (m / 2595) - 1)
    corner = hz(np.linspace(mel(60), mel(7600), BANDS + 2)) * FFT_SIZE / RATE
    k = np.arange(FFT_SIZE // 2 + 1)
    rise = lambda i: (k - corner[i]) / (corner[i + 1] - corner[i])
    fall = lambda i: (corner[i + 2] - k) / (corner[i + 2] - corner[i + 1])
    bank = [np.maximum(0, np.minimum(rise(i), fall(i))) for i in range(BANDS)]
    return np.array(bank).T.astype(np.float32)


BANK = mel_bank()
WINDOW = np.hamming(FRAME).astype(np.float32)


def log_mel(samples):
    """Mono samples at 16 kHz -> frames x 64 natural logarithms; the whole recording is brought to an RMS of 0.05."""
    x = np.asarray(samples, np.float32)
    x = x / np.float32(np.sqrt((x.astype(np.float64) ** 2).mean()) + 1e-9) * np.float32(0.05)
    x = np.append(x[:1], x[1:] - np.float32(0.97) * x[:-1])
    count = max(0, 1 + (len(x) - FRAME) // HOP)
    frames = np.lib.stride_tricks.as_strided(x, (count, FRAME), (x.strides[0] * HOP, x.strides[0])) * WINDOW
    spectrum = scipy.fft.rfft(frames, FFT_SIZE)
    return np.log((spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ BANK + np.float32(1e-8))


def read_audio(path):
    samples, rate = soundfile.read(path, dtype="float32")
    samples = samples if samples.ndim == 1 else samples.mean(1)
    return samples if rate == RATE else resample_poly(samples, RATE, rate).astype(np.float32)


def drop_pauses(samples, kept_seconds=0.25):
    """Cuts pauses by an energy gate down to `kept_seconds`, so that every crop for training holds speech."""
    step = 320
    count = len(samples) // step
    if count < 40:
        return samples
    blocks = samples[: count * step].reshape(count, step)
    level = 10 * np.log10((blocks**2).mean(1) + 1e-10)
    low, high = np.percentile(level, 10), np.percentile(level, 95)
    loud = level > max(low + 0.25 * (high - low), high - 38)
    reach = int(kept_seconds * RATE / step / 2)
    return blocks[np.convolve(loud, np.ones(2 * reach + 1), "same") > 0].ravel()
