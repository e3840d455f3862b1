"""Screenshots as small PNG files: 256 colours, the commonest first, which drawings in flat colours bear well."""

import base64
import struct
import zlib
from pathlib import Path

from playwright.sync_api import Page

# The page's own canvas reads the picture; the commonest colours are kept apart, the others take the nearest of them.
_PAINT = """async ([source, most]) => {
    const image = new Image();
    image.src = "data:image/png;base64," + source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const {data} = pen.getImageData(0, 0, image.width, image.height);
    const counts = new Map();
    for (let i = 0; i < data.length; i += 4) {
        const colour = data[i] << 16 | data[i + 1] << 8 | data[i + 2];
        counts.set(colour, (counts.get(colour) || 0) + 1);
    }
    const away = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + ((a >> 8 & 255) - (b >> 8 & 255)) ** 2
        + ((a & 255) - (b & 255)) ** 2;
    const common = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
    const palette = [];
    for (const least of [300, 60, 0])
        for (const colour of common)
            if (palette.length < most && palette.every(kept => away(kept, colour) > least)) palette.push(colour);
    const places = new Map(palette.map((colour, place) => [colour, place]));
    const nearest = colour => {
        if (!places.has(colour)) {
            let best = 0;
            for (let i = 1; i < palette.length; i++)
                if (away(palette[i], colour) < away(palette[best], colour)) best = i;
            places.set(colour, best);
        }
        return places.get(colour);
    };
    let text = "";
    for (let i = 0; i < data.length; i += 4)
        text += String.fromCharCode(nearest(data[i] << 16 | data[i + 1] << 8 | data[i + 2]));
    return [image.width, image.height, palette, btoa(text)];
}"""


def save(page: Page, painter: Page, path: Path) -> None:
    """The visible part of `page`, without its animations; `painter` is any empty page."""
    shot = base64.b64encode(page.screenshot(animations="disabled", caret="hide")).decode()
    width, height, palette, pixels = painter.evaluate(_PAINT, [shot, 256])
    rows = base64.b64decode(pixels)
    lines = b"".join(b"\0" + rows[y * width : (y + 1) * width] for y in range(height))
    colours = b"".join(colour.to_bytes(3, "big") for colour in palette)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (b"IHDR", header), (b"PLTE", colours), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
