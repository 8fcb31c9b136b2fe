# noqa: INP001 - a script beside the picture it draws, no package
"""Draws icon.png, the extension's icon: a kelp's holdfast, the frond above and the rootlets that grip the rock."""

import math
import struct
import zlib
from pathlib import Path

SIZE = 128
OVERSAMPLING = 3
BACKGROUND = (12, 52, 61)
ROCK = (58, 82, 92)
KELP = (226, 178, 60)
CORNER = 24.0


def tapered_curve(
    start: tuple[float, float], bend: tuple[float, float], end: tuple[float, float], widths: tuple[float, float]
) -> list[tuple[float, float, float]]:
    """Discs (x, y, radius) along a quadratic curve whose width runs from the first to the second of `widths`."""
    discs = []
    for step in range(61):
        t = step / 60
        x, y = ((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in zip(start, bend, end, strict=True))
        discs.append((x, y, (widths[0] + (widths[1] - widths[0]) * t) / 2))
    return discs


def kelp() -> list[tuple[float, float, float]]:
    """The stipe, three blades, and the rootlets."""
    crown = (64.0, 76.0)
    discs = tapered_curve((64, 22), (58, 48), crown, (9, 10))
    discs += tapered_curve((63, 52), (44, 48), (34, 26), (11, 2))
    discs += tapered_curve((63, 48), (84, 42), (92, 20), (11, 2))
    discs += tapered_curve((64, 30), (62, 20), (68, 10), (10, 2))
    for reach, depth in ((-40, 24), (-24, 30), (-8, 33), (8, 33), (24, 30), (40, 24)):
        discs += tapered_curve(crown, (64 + reach * 0.8, 78), (64 + reach, 76 + depth), (10, 4))
    return discs


def colour(x: float, y: float, discs: list[tuple[float, float, float]]) -> tuple[int, int, int, int]:
    """The colour of a point: rounded square, rock below, kelp in front."""
    dx = max(abs(x - SIZE / 2) - (SIZE / 2 - CORNER), 0)
    dy = max(abs(y - SIZE / 2) - (SIZE / 2 - CORNER), 0)
    if math.hypot(dx, dy) > CORNER:
        return (0, 0, 0, 0)
    if any((x - cx) ** 2 + (y - cy) ** 2 <= radius * radius for cx, cy, radius in discs):
        return (*KELP, 255)
    ridge = 98 + 3 * math.sin(x / 9) + 2 * math.sin(x / 4 + 1)
    return (*(ROCK if y > ridge else BACKGROUND), 255)


def row(y: int, discs: list[tuple[float, float, float]]) -> bytes:
    """One line of the picture, each pixel the mean of its samples."""
    near = [disc for disc in discs if abs(disc[1] - y) <= disc[2] + 1.5]
    line = bytearray([0])
    offsets = [(step + 0.5) / OVERSAMPLING for step in range(OVERSAMPLING)]
    for x in range(SIZE):
        samples = [colour(x + ox, y + oy, near) for ox in offsets for oy in offsets]
        opaque = [sample for sample in samples if sample[3]]
        line += bytes(round(sum(sample[channel] for sample in opaque) / max(len(opaque), 1)) for channel in range(3))
        line.append(round(255 * len(opaque) / len(samples)))
    return bytes(line)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    """Write the icon beside this script."""
    discs = kelp()
    pixels = b"".join(row(y, discs) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")
    (Path(__file__).parent / "icon.png").write_bytes(png)


if __name__ == "__main__":
    main()
