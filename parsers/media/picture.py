"""Pictures (PNG, JPEG, TIFF of several pages, WebP, BMP, GIF): recognised where that is asked for, else for a person."""

from __future__ import annotations

import io
import warnings

from parsers.page import Limits, Page, Part, Unreadable

PIXELS_MAX = 80_000_000  # A3 at 600 dpi; more is a bomb or a poster

NO_TEXT = Unreadable("The file is a picture without text.", "image")


def read_picture(part: Part, limits: Limits) -> tuple[Page, ...] | Unreadable:
    """The pages of a picture; Unreadable with the code `image` where characters are not recognised."""
    from parsers.media import recognition

    if not limits.ocr_pages_max or not recognition.is_installed():
        return NO_TEXT
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence

    pages: list[Page] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged metadata are no concern of ours
        try:
            opened = Image.open(io.BytesIO(part.data))
        except Exception:  # noqa: BLE001 - a kind that Pillow does not know (HEIC), or a damaged file
            return Unreadable("The picture is of a kind that cannot be opened here, or damaged.", "image")
        with opened:
            if opened.width * opened.height > PIXELS_MAX:
                return Unreadable(f"The picture has more than {PIXELS_MAX} pixels.", "too_large")
            for number, frame in enumerate(ImageSequence.Iterator(opened), 1):
                if number > limits.ocr_pages_max or frame.width * frame.height > PIXELS_MAX:
                    return Unreadable(
                        f"The picture has more than {limits.ocr_pages_max} pages, or too large ones.", "image"
                    )
                upright = ImageOps.exif_transpose(frame)
                flat = Image.new("RGB", upright.size, "white")
                shown = upright.convert("RGBA") if "A" in upright.getbands() or "transparency" in upright.info else None
                flat.paste(upright.convert("RGB") if shown is None else shown, mask=shown)
                pixels = np.asarray(flat)[:, :, ::-1].copy()
                pages.append(recognition.page_of_picture(pixels, part.name, number))
    return tuple(pages) if any(page.lines for page in pages) else NO_TEXT
