"""Arrays as SciPy 1.10.1 (.mat, level 5), h5py 3.7.0 (HDF5, and laid out as MATLAB's 7.3) and a hand-made writer of Parquet (one plain,
unpacked page a column) write them. python3 make.py in this folder; all numbers are quarters, which every format holds exactly."""
import struct
import h5py
import numpy as np
import scipy.io

pairs = np.arange(12.0).reshape(6, 2) / 4 - 1
cube = np.arange(24.0).reshape(4, 3, 2) / 4

scipy.io.savemat("plain.mat", {"pairs": pairs})
scipy.io.savemat("packed.mat", {"pairs": pairs}, do_compression=True)
scipy.io.savemat("whole.mat", {"x": (4 * pairs).astype("i2")}, do_compression=True)
scipy.io.savemat("row.mat", {"x": pairs[:, 0]})
scipy.io.savemat("cube.mat", {"cube": cube})
scipy.io.savemat("several.mat", {"pairs": pairs, "z": pairs + 1j, "label": "text", "s": {"a": 1}, "ones": np.ones(3), "c": np.array([1, "a"], object)})
scipy.io.savemat("other.mat", {"label": "text"})

with h5py.File("single.h5", "w") as f:
    f["deep/pairs"] = pairs
with h5py.File("several.h5", "w") as f:
    f.create_dataset("packed", data=pairs, chunks=(4, 1), compression="gzip", shuffle=True)
    f["single"] = pairs.astype("f4")
    f["big"] = pairs.astype(">f8")
    f["half"] = pairs.astype("f2")
    for kind in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]:
        f[f"whole/{kind}"] = np.arange(6, dtype=kind)
    f["whole/bool"] = np.arange(6) % 2 == 1
    f["cube"] = cube
    f["label"] = "text"
    f["one"] = 1.5
    f["many"] = np.zeros((1, 1, 1, 2))
with h5py.File("big.h5", "w") as f:
    f.create_dataset("packed", data=pairs.astype(">f8"), chunks=(4, 1), compression="gzip", shuffle=True)
    for kind in ["f2", "f4", "f8"]:
        f[kind] = pairs.astype(">" + kind)
    for kind in ["i2", "u2", "i4", "u4", "i8", "u8"]:
        f[kind] = np.arange(0, 6000, 1000, dtype=">" + kind)
with h5py.File("matlab.mat", "w", userblock_size=512) as f:
    f["pairs"] = pairs.T.copy()
    f["pairs"].attrs["MATLAB_class"] = np.bytes_("double")
with open("matlab.mat", "r+b") as f:
    f.write(b"MATLAB 7.3 MAT-file, laid out by h5py".ljust(116) + bytes(8) + b"\0\2IM")


# Thrift's compact protocol, as much as a footer needs.
def varint(n):
    out = b""
    while n > 127:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


def whole(n):
    return varint(n << 1 if n >= 0 else (-n << 1) - 1)


def struct_(*fields):
    out, last = b"", 0
    for number, kind, content in fields:
        out, last = out + bytes([(number - last) << 4 | kind]) + content, number
    return out + b"\0"


def text(s):
    return varint(len(s)) + s.encode()


def list_(kind, items):
    return bytes([len(items) << 4 | kind]) + b"".join(items)


I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12


def parquet(path, columns, groups):
    """columns: name, physical type (1 int32, 4 float, 5 double, 6 bytes) and pack format; groups: for each a list of values a column."""
    data, written, rows = b"PAR1", [], 0
    for group in groups:
        chunks, size = [], 0
        for (name, kind, pack), values in zip(columns, group):
            body = b"".join(struct.pack("<I", len(v)) + v.encode() if kind == 6 else struct.pack("<" + pack, v) for v in values)
            page = struct_((1, I32, whole(0)), (2, I32, whole(len(body))), (3, I32, whole(len(body))),
                           (5, STRUCT, struct_((1, I32, whole(len(values))), (2, I32, whole(0)), (3, I32, whole(3)), (4, I32, whole(3)))))
            at, data = len(data), data + page + body
            length, size = len(page) + len(body), size + len(page) + len(body)
            meta = struct_((1, I32, whole(kind)), (2, LIST, list_(I32, [whole(0)])), (3, LIST, list_(BINARY, [text(name)])), (4, I32, whole(0)),
                           (5, I64, whole(len(values))), (6, I64, whole(length)), (7, I64, whole(length)), (9, I64, whole(at)))
            chunks.append(struct_((2, I64, whole(at)), (3, STRUCT, meta)))
        written.append(struct_((1, LIST, list_(STRUCT, chunks)), (2, I64, whole(size)), (3, I64, whole(len(group[0])))))
        rows += len(group[0])
    schema = [struct_((4, BINARY, text("schema")), (5, I32, whole(len(columns))))]
    schema += [struct_((1, I32, whole(kind)), (3, I32, whole(0)), (4, BINARY, text(name)), *([(6, I32, whole(0))] if kind == 6 else [])) for name, kind, _ in columns]
    footer = struct_((1, I32, whole(1)), (2, LIST, list_(STRUCT, schema)), (3, I64, whole(rows)), (4, LIST, list_(STRUCT, written)))
    open(path, "wb").write(data + footer + struct.pack("<I", len(footer)) + b"PAR1")


parquet("pairs.parquet", [("x", 5, "d"), ("y", 4, "f")],
        [[pairs[:4, 0], pairs[:4, 1]], [pairs[4:, 0], pairs[4:, 1]]])
parquet("labelled.parquet", [("x", 5, "d"), ("label", 6, ""), ("n", 1, "i")], [[pairs[:, 0], ["a"] * 6, range(6)]])
