"""pdfium's C functions on plain integer handles.

One call a glyph is what decides how quickly a PDF is read, and a pointer object for each would double its cost.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from pypdfium2 import raw

HANDLE, INT, FLOAT = ctypes.c_void_p, ctypes.c_int, ctypes.c_float


def _plain(function: Any, result: Any, *arguments: Any) -> Callable[..., Any]:
    address = ctypes.cast(function, ctypes.c_void_p).value
    return ctypes.CFUNCTYPE(result, *arguments)(address or 0)


count_chars = _plain(raw.FPDFText_CountChars, INT, HANDLE)
text_object = _plain(raw.FPDFText_GetTextObject, HANDLE, HANDLE, INT)
unicode = _plain(raw.FPDFText_GetUnicode, ctypes.c_uint, HANDLE, INT)
loose_box = _plain(raw.FPDFText_GetLooseCharBox, INT, HANDLE, INT, HANDLE)
map_error = _plain(raw.FPDFText_HasUnicodeMapError, INT, HANDLE, INT)
char_matrix = _plain(raw.FPDFText_GetMatrix, INT, HANDLE, INT, HANDLE)
char_origin = _plain(raw.FPDFText_GetCharOrigin, INT, HANDLE, INT, HANDLE, HANDLE)
font_size = _plain(raw.FPDFTextObj_GetFontSize, INT, HANDLE, HANDLE)
render_mode = _plain(raw.FPDFTextObj_GetTextRenderMode, INT, HANDLE)
font = _plain(raw.FPDFTextObj_GetFont, HANDLE, HANDLE)
font_name = _plain(raw.FPDFFont_GetBaseFontName, ctypes.c_size_t, HANDLE, HANDLE, ctypes.c_size_t)
font_weight = _plain(raw.FPDFFont_GetWeight, INT, HANDLE)
fill_colour = _plain(raw.FPDFPageObj_GetFillColor, INT, HANDLE, HANDLE, HANDLE, HANDLE, HANDLE)
stroke_colour = _plain(raw.FPDFPageObj_GetStrokeColor, INT, HANDLE, HANDLE, HANDLE, HANDLE, HANDLE)
page_object = _plain(raw.FPDFPage_GetObject, HANDLE, HANDLE, INT)
form_object = _plain(raw.FPDFFormObj_GetObject, HANDLE, HANDLE, ctypes.c_ulong)
form_count = _plain(raw.FPDFFormObj_CountObjects, INT, HANDLE)
object_type = _plain(raw.FPDFPageObj_GetType, INT, HANDLE)
object_matrix = _plain(raw.FPDFPageObj_GetMatrix, INT, HANDLE, HANDLE)
object_bounds = _plain(raw.FPDFPageObj_GetBounds, INT, HANDLE, HANDLE, HANDLE, HANDLE, HANDLE)
transparent = _plain(raw.FPDFPageObj_HasTransparency, INT, HANDLE)
draw_mode = _plain(raw.FPDFPath_GetDrawMode, INT, HANDLE, HANDLE, HANDLE)
stroke_width = _plain(raw.FPDFPageObj_GetStrokeWidth, INT, HANDLE, HANDLE)
segment_count = _plain(raw.FPDFPath_CountSegments, INT, HANDLE)
segment = _plain(raw.FPDFPath_GetPathSegment, HANDLE, HANDLE, INT)
segment_point = _plain(raw.FPDFPathSegment_GetPoint, INT, HANDLE, HANDLE, HANDLE)
segment_type = _plain(raw.FPDFPathSegment_GetType, INT, HANDLE)
segment_close = _plain(raw.FPDFPathSegment_GetClose, INT, HANDLE)
clip_path = _plain(raw.FPDFPageObj_GetClipPath, HANDLE, HANDLE)
clip_count = _plain(raw.FPDFClipPath_CountPaths, INT, HANDLE)
clip_segments = _plain(raw.FPDFClipPath_CountPathSegments, INT, HANDLE, INT)
clip_segment = _plain(raw.FPDFClipPath_GetPathSegment, HANDLE, HANDLE, INT, INT)
