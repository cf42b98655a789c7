"""The net: log-mel frames of one voice in, a print of 128 numbers out."""
import torch
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    """Residual block: 1x1, dilated depthwise, 1x1, with channel gates by squeeze and excitation."""

    def __init__(self, channels, kernel, dilation):
        super().__init__()
        self.a, self.an = nn.Conv1d(channels, channels, 1, bias=False), nn.BatchNorm1d(channels)
        padding = dilation * (kernel - 1) // 2
        self.b = nn.Conv1d(channels, channels, kernel, padding=padding, dilation=dilation, groups=channels, bias=False)
        self.bn = nn.BatchNorm1d(channels)
        self.c, self.cn = nn.Conv1d(channels, channels, 1, bias=False), nn.BatchNorm1d(channels)
        self.s1, self.s2 = nn.Conv1d(channels, channels // 4, 1), nn.Conv1d(channels // 4, channels, 1)

    def forward(self, x):
        y = F.relu(self.an(self.a(x)))
        y = F.relu(self.bn(self.b(y)))
        y = self.cn(self.c(y))
        gate = torch.sigmoid(self.s2(F.relu(self.s1(y.mean(2, keepdim=True)))))
        return F.relu(x + y * gate)


class SpeakerNet(nn.Module):
    """Batch x frames x 64 -> batch x 128, not length-normalised.

    With `mean_free` the convolutions see each band's deviation from its mean over the window, else the long-term
    spectrum too. The two kinds err differently, which is why the shipped model holds one of each.
    """

    def __init__(self, mean_free, channels=160, width=320, bands=64, size=128):
        super().__init__()
        self.mean_free = mean_free
        self.register_buffer("gm", torch.zeros(bands))
        self.register_buffer("gs", torch.ones(1))
        self.c1 = nn.Conv1d(bands, channels, 7, stride=3, padding=3, bias=False)
        self.n1 = nn.BatchNorm1d(channels)
        self.bl = nn.ModuleList([Block(channels, 5, dilation) for dilation in (1, 2, 3)])
        self.f, self.fn = nn.Conv1d(3 * channels, width, 1, bias=False), nn.BatchNorm1d(width)
        self.t1, self.t2 = nn.Conv1d(width, 64, 1), nn.Conv1d(64, width, 1)
        pooled = 2 * width + 2 * bands
        self.pn, self.dr = nn.BatchNorm1d(pooled), nn.Dropout(0.2)
        self.o, self.on = nn.Linear(pooled, size, bias=False), nn.BatchNorm1d(size)

    def forward(self, x):
        x = (x - self.gm) * self.gs
        x = (x - x.mean((1, 2), keepdim=True)).transpose(1, 2)
        band_mean = x.mean(2)
        y = F.relu(self.n1(self.c1(x - band_mean.unsqueeze(2) if self.mean_free else x)))
        outputs = []
        for block in self.bl:
            y = block(y)
            outputs.append(y)
        y = F.relu(self.fn(self.f(torch.cat(outputs, 1))))
        attention = torch.softmax(self.t2(torch.tanh(self.t1(y))), 2)
        mean = (attention * y).sum(2)
        deviation = ((attention * y * y).sum(2) - mean * mean).clamp(min=1e-5).sqrt()
        band_deviation = ((x * x).mean(2) - band_mean * band_mean).clamp(min=1e-5).sqrt()
        pooled = torch.cat([mean, deviation, band_mean, band_deviation], 1)
        return self.on(self.o(self.dr(self.pn(pooled))))
