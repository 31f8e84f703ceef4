"""Makes the files beside it: arrays and pictures as NumPy 1.24.2 and Pillow 9.4.0 write them, and what the same libraries read in them
(name.expected.npy, float64; pictures as grey, 0.299 R + 0.587 G + 0.114 B, transparent parts on white, turned by ImageOps.exif_transpose)."""
import numpy as np
from PIL import Image, ImageOps

rng = np.random.default_rng(1)
height, width = 5, 7


def keep(name, values):
    np.save(name + ".expected.npy", np.ascontiguousarray(values, dtype=float))


# ---- arrays
integers = [[0, 1, -2], [7, 100, 127]]
for descr in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    info = np.finfo(descr) if descr[0] == "f" else np.iinfo(descr)
    values = np.array([[0, 1, info.max], [info.min, 7, 100]], dtype=descr)
    for order, name in [("<", "little"), (">", "big")]:
        np.save(f"{descr}-{name}.npy", values.astype(order + descr))
        keep(f"{descr}-{name}.npy", values.astype(float))
for name, values in {
    "bool": np.array([[True, False], [False, True]]),
    "beyond-doubles": np.array([2**53 + 1, 2**63 - 1, -(2**53) - 1, 2**62 + 3], dtype="i8"),
    "beyond-doubles-unsigned": np.array([2**53 + 1, 2**64 - 1, 2**63 + 1025, 2**63 + 1024], dtype="u8"),
    "fortran": np.asfortranarray(rng.integers(-99, 99, (4, 3, 2)).astype(">i2")),
    "half": np.array([np.inf, -np.inf, 65504, 6e-8, -0.0, 0.333], dtype="f2"),
}.items():
    np.save(name + ".npy", values)
    keep(name + ".npy", values.astype(float))
pairs = np.asfortranarray(rng.integers(-99, 99, (4, 2)).astype("f4"))
np.savez("two.npz", singles=pairs[:, 0].copy(), pairs=pairs)
np.savez_compressed("one.npz", pairs=pairs)
keep("one.npz", pairs)


# ---- pictures
def grey(rgb):
    rgb = rgb.astype(float)
    return (299 * rgb[..., 0] + 587 * rgb[..., 1] + 114 * rgb[..., 2]) / 255000


def on_white(values, alpha):
    return (values * alpha + (255.0 - alpha)) / 255


grey8 = rng.integers(0, 256, (height, width), dtype="u1")
grey16 = rng.integers(0, 65536, (height, width)).astype("u2")
rgb = rng.integers(0, 256, (height, width, 3), dtype="u1")
alpha = rng.integers(0, 256, (height, width), dtype="u1")
bits = rng.integers(0, 2, (height, width)).astype(bool)
coloured, transparent, levels = Image.fromarray(rgb), Image.fromarray(np.dstack([rgb, alpha])), Image.fromarray(grey8)
palette = coloured.quantize(20)
colours = np.array(palette.convert("RGB"))
seen_through = int(np.array(palette)[0, 0])
holed = grey(colours)
holed[np.array(palette) == seen_through] = 1.0


def save(name, picture, values, **options):
    picture.save(name, **options)
    keep(name, values)


save("grey16.png", Image.fromarray(grey16), grey16 / 65535)
save("bits.png", Image.fromarray(bits), bits)
save("palette.png", palette, holed, transparency=seen_through)
save("colour-alpha.png", transparent, on_white(grey(rgb), alpha))
save("grey.gif", levels, grey8 / 255)
save("palette.gif", palette, holed, transparency=seen_through)
save("colour.webp", coloured, grey(rgb), lossless=True)
save("colour-alpha.webp", transparent, on_white(grey(rgb), alpha), lossless=True, exact=True)
save("grey16.tif", Image.fromarray(grey16), grey16 / 65535, compression="tiff_lzw")
save("bits.tif", Image.fromarray(bits), bits, compression="group4")
save("palette.tif", palette, grey(colours), compression="packbits")
save("colour-alpha.tif", transparent, on_white(grey(rgb), alpha), compression="tiff_adobe_deflate")
save("grey-alpha.tif", Image.fromarray(np.dstack([grey8, alpha])), on_white(grey8 / 255, alpha))
save("palette.bmp", palette, grey(colours))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[274] = orientation
    for kind, options in {"png": {}, "webp": {"lossless": True}, "tif": {}}.items():
        name = f"turned-{orientation}.{kind}"
        coloured.save(name, exif=exif, **options)
        picture = Image.open(name)
        picture.load()
        # Pillow turns a TIFF by itself.
        keep(name, grey(np.array(picture if kind == "tif" else ImageOps.exif_transpose(picture))))
