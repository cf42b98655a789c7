"""Makes one recording sound as if taken in another room, by another microphone, over another line."""
import subprocess

import numpy as np
import scipy.fft
from scipy.signal import butter, fftconvolve, firwin2, sosfilt

from front_end import RATE, drop_pauses, read_audio

ENCODERS = [
    ["-c:a", "libmp3lame", "-b:a", "24k", "-f", "mp3"],
    ["-c:a", "libopus", "-b:a", "12k", "-f", "ogg"],
    ["-ar", "8000", "-c:a", "libgsm", "-f", "gsm"],
    ["-ar", "8000", "-c:a", "pcm_mulaw", "-f", "wav"],
]
RAW = ["-f", "s16le", "-ar", str(RATE), "-ac", "1"]


def ffmpeg(arguments, data):
    return subprocess.run(["ffmpeg", "-loglevel", "quiet", *arguments], input=data, capture_output=True).stdout


class Augmentation:
    def __init__(self, seed, noise_files, room_files, babble_files):
        self.random = np.random.default_rng(seed)
        self.noises = [read_audio(path) for path in noise_files]
        self.rooms = [read_audio(path) for path in room_files]
        voices = [drop_pauses(read_audio(path))[: 10 * RATE] for path in babble_files]
        self.babble = [voice / np.sqrt((voice**2).mean() + 1e-12) for voice in voices]

    def __call__(self, x):
        r = self.random
        if r.random() < 0.8:
            x = self.equalise(x, r.uniform(1, 4))
        if r.random() < 0.5:
            x = self.reverberate(x)
        if r.random() < 0.75:
            noise, snr = self.noise(len(x)), r.uniform(1, 25)
            x = x + noise * np.sqrt((x**2).mean() / ((noise**2).mean() + 1e-12) / 10 ** (snr / 10))
        x = self.band_limit(x)
        if r.random() < 0.08:
            limit = np.abs(x).max() * r.uniform(0.2, 0.6)
            x = np.clip(x, -limit, limit)
        if r.random() < 0.15:
            x = self.encode(x)
        return np.asarray(x, np.float32)

    def equalise(self, x, deviation):
        """A smooth random frequency response."""
        gains = np.clip(np.cumsum(self.random.normal(0, deviation, 10)), -16, 16)
        gains -= gains.mean()
        frequencies = np.concatenate([[0], np.geomspace(100, 7900, 10), [8000]]) / 8000
        response = 10 ** (np.concatenate([[gains[0]], gains, [gains[-1]]]) / 20)
        return fftconvolve(x, firwin2(257, frequencies, response))[128 : 128 + len(x)]

    def reverberate(self, x):
        """Mostly synthetic rooms (T60 of 0.12 to 0.8 s with a few early echoes), some measured ones."""
        r = self.random
        if self.rooms and r.random() < 0.3:
            room = self.rooms[r.integers(len(self.rooms))]
            room = room / np.abs(room).max()
            onset = np.abs(room).argmax()
        else:
            length = int(r.uniform(0.12, 0.8) * RATE)
            room = r.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length) * r.uniform(0.03, 0.3)
            room[: int(r.uniform(0, 0.004) * RATE)] = 0
            room[0], onset = 1, 0
            for _ in range(r.integers(0, 6)):
                room[int(r.uniform(0.001, 0.03) * RATE) % length] += r.normal(0, 0.4)
        return fftconvolve(x, room)[onset : onset + len(x)]

    def noise(self, length):
        """Coloured noise, babble of two to six voices, or a recorded noise."""
        r, kind = self.random, self.random.random()
        if kind < 0.2 or not (self.noises or self.babble):
            spectrum = scipy.fft.rfft(r.standard_normal(length).astype(np.float32))
            return scipy.fft.irfft(spectrum * (np.arange(len(spectrum)) + 20.0) ** -r.uniform(0, 1), length)
        stretch = lambda z: np.resize(np.roll(z, -int(r.integers(len(z)))), length)
        if (kind < 0.4 and len(self.babble) > 8) or not self.noises:
            chosen = r.choice(len(self.babble), r.integers(2, 7), replace=False)
            return sum(stretch(self.babble[i]) * 10 ** (r.uniform(-6, 0) / 20) for i in chosen)
        return stretch(self.noises[r.integers(len(self.noises))])

    def band_limit(self, x):
        """A telephone line, a dull microphone, or one without bass; most often none."""
        r, kind = self.random, self.random.random()
        if kind >= 0.32:
            return x
        if kind < 0.12:
            band = butter(4, [r.uniform(150, 350), r.uniform(3000, 3900)], "bandpass", fs=RATE, output="sos")
        elif kind < 0.24:
            band = butter(4, r.uniform(3500, 7000), "lowpass", fs=RATE, output="sos")
        else:
            band = butter(2, r.uniform(80, 300), "highpass", fs=RATE, output="sos")
        return sosfilt(band, x)

    def encode(self, x):
        """Through a lossy codec and back."""
        encoder = ENCODERS[self.random.integers(len(ENCODERS))]
        samples = (np.clip(x / np.abs(x).max() * 0.8, -1, 1) * 32767).astype("<i2").tobytes()
        coded = ffmpeg([*RAW, "-i", "-", *encoder, "-"], samples)
        form = ["-f", "gsm"] if "gsm" in encoder else []
        decoded = np.frombuffer(ffmpeg([*form, "-i", "-", *RAW, "-"], coded), "<i2").astype(np.float32) / 32768
        return decoded if len(decoded) > 0.7 * len(x) else x
