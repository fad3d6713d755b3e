"""Papers as scanners and cameras make them: a PDF page with noise, skew, blur, JPEG artefacts, or seen at an angle."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import Any

import pypdfium2


@dataclass(frozen=True, slots=True)
class Look:
    """How a picture of a page is taken."""

    name: str
    dpi: int = 200
    angle: float = 0.0  # degrees, clockwise
    noise: float = 0.0  # standard deviation, of 255
    jpeg: int = 0  # quality, 0: none
    blur: float = 0.0  # radius in pixels
    turned: int = 0  # quarters, clockwise
    keystone: float = 0.0  # share by which the upper edge is shorter
    shade: float = 0.0  # how much darker the far corner is
    fax: bool = False  # black and white only


LOOKS = (
    Look("150 dpi", dpi=150, noise=6, jpeg=75),
    Look("200 dpi", dpi=200, noise=8, angle=0.7, jpeg=60),
    Look("300 dpi", dpi=300, noise=10, angle=-1.2, jpeg=50),
    Look("rough", dpi=150, noise=22, angle=1.5, jpeg=35, blur=0.8),
    Look("fax", dpi=200, angle=2.5, noise=10, fax=True),
    Look("turned", dpi=200, turned=1, noise=6, jpeg=70),
    Look("upside down", dpi=150, turned=2, noise=6, angle=0.5, jpeg=70),
    Look("photo", dpi=220, noise=8, keystone=0.06, angle=1.0, shade=0.35, jpeg=70),
)


def rendered(data: bytes, index: int = 0, dpi: int = 200) -> Any:
    """Page `index` of a PDF as a Pillow picture."""
    document = pypdfium2.PdfDocument(data)
    try:
        return document[index].render(scale=dpi / 72).to_pil().convert("L")
    finally:
        document.close()


def taken(data: bytes, look: Look, index: int = 0, seed: int = 1) -> Any:
    """The page as `look` shows it: a Pillow picture."""
    import numpy as np
    from PIL import Image, ImageFilter

    picture = rendered(data, index, look.dpi)
    if look.keystone:
        picture = _seen_at_an_angle(picture, look.keystone)
    if look.angle:
        picture = picture.rotate(-look.angle, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    if look.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(look.blur))
    pixels = np.asarray(picture).astype(np.float32)
    high, wide = pixels.shape
    if look.shade:
        pixels *= 1 - look.shade * np.linspace(0, 1, wide)[None, :] * np.linspace(0, 1, high)[:, None]
    if look.noise:
        pixels += np.random.default_rng(seed).normal(0, look.noise, pixels.shape)
    if look.fax:
        pixels = np.where(pixels > 140, 255, 0)
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    for _ in range(look.turned):
        picture = picture.transpose(Image.Transpose.ROTATE_270)
    if look.jpeg:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=look.jpeg)
        picture = Image.open(io.BytesIO(buffer.getvalue()))
        picture.load()
    return picture


def _seen_at_an_angle(picture: Any, keystone: float) -> Any:
    from PIL import Image

    wide, high = picture.size
    margin = round(wide * 0.05)
    shorter = keystone * wide
    # where the corners of the result lie on the sheet: Pillow wants the way back
    sheet = ((0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high))
    photo = (
        (margin + shorter, margin),
        (margin + wide - shorter, margin),
        (margin + wide, margin + high),
        (margin, margin + high),
    )
    size = (wide + 2 * margin, high + 2 * margin)
    return picture.transform(
        size, Image.Transform.PERSPECTIVE, _homography(photo, sheet), Image.Resampling.BICUBIC, fillcolor=120
    )


def _homography(source: Any, target: Any) -> list[float]:
    import numpy as np

    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows, float), np.array(values, float))]


def file_of(picture: Any, kind: str = "PNG") -> bytes:
    """A picture as a file; PDF gives a scan as a scanner sends it."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **({"resolution": 200} if kind == "PDF" else {}))
    return buffer.getvalue()


def shuffled(seed: int, looks: tuple[Look, ...] = LOOKS) -> Look:
    """A look by lot."""
    return random.Random(seed).choice(looks)
