"""The digits of DIGITS.csv as every other kind of source: write_sources.py DIGITS.csv FOLDER. Needs nothing but Python."""
import csv
import gzip
import os
import sqlite3
import struct
import sys
import zipfile
import zlib

rows = list(csv.reader(open(sys.argv[1])))
folder = sys.argv[2]
rows = [[int(cell) for cell in row[:65]] for row in rows[1:]]
pixels, labels = [row[:-1] for row in rows], [row[-1] for row in rows]


def write(name, data):
    open(os.path.join(folder, name), "wb").write(data)


def csv_text(begin, end):
    names = ["x%d" % i for i in range(64)] + ["y"]
    return ("\n".join([",".join(names)] + [",".join(map(str, row)) for row in rows[begin:end]]) + "\n").encode()


def npy(kind, shape, code, values):
    text = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (kind, shape)
    text += " " * (-(len(text) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + struct.pack(code, *values)


def idx(kind, sizes, code, values):
    return struct.pack(">BBBB%dI" % len(sizes), 0, 0, kind, len(sizes), *sizes) + struct.pack(code, *values)


def zstd(data):
    """Frames of raw blocks: packed to nothing, but read by the same decoder."""
    out = b""
    for at in range(0, len(data), 100000):
        piece = data[at:at + 100000]
        out += b"\x28\xb5\x2f\xfd\x80\x58" + struct.pack("<I", len(piece))
        out += struct.pack("<I", len(piece) << 3 | 1)[:3] + piece
    return out


flat = [pixel for image in pixels for pixel in image]
n = len(rows)
write("d.csv", csv_text(0, n))
write("d.tsv", csv_text(0, n).replace(b",", b"\t"))
write("d.csv.gz", gzip.compress(csv_text(0, n)))
write("d.csv.zst", zstd(csv_text(0, n)))
write("x.npy", npy("<f4", "(%d, 64)" % n, "<%df" % len(flat), flat))
write("y.npy", npy("<i8", "(%d,)" % n, "<%dq" % n, labels))
images = npy("|u1", "(%d, 8, 8)" % n, "%dB" % len(flat), flat)
with zipfile.ZipFile(os.path.join(folder, "d.npz"), "w") as archive:
    archive.writestr("x.npy", images, zipfile.ZIP_STORED)
    archive.writestr("y.npy", npy("<U2", "(%d,)" % n, "<%dI" % (2 * n), [c for y in labels for c in (48 + y, 0)]),
                     zipfile.ZIP_DEFLATED)
write("x.idx", idx(8, (n, 8, 8), ">%dB" % len(flat), flat))
write("y.idx", idx(8, (n,), ">%dB" % n, labels))
write("x.idx.gz", gzip.compress(idx(14, (n, 64), ">%dd" % len(flat), flat)))
write("y.idx.gz", gzip.compress(idx(12, (n,), ">%di" % n, labels)))
write("new.idx", idx(8, (100, 8, 8), ">6400B", flat[:6400]))
for name, begin, end in (("train", 0, 1200), ("validation", 1200, 1500), ("test", 1500, n)):
    write(name + ".csv", csv_text(begin, end))
    write(name + "_x.npy", npy(">i2", "(%d, 64)" % (end - begin), ">%dh" % (64 * (end - begin)), flat[64 * begin:64 * end]))
    write(name + "_y.npy", npy("<f8", "(%d, 1)" % (end - begin), "<%dd" % (end - begin), labels[begin:end]))


def image_text(pixels):
    return str([pixels[8 * r:8 * r + 8] for r in range(8)])


write("d.jsonl", "".join('{"x": %s, "note": {"a": [1, "}"]}, "y": %d}\n' % (pixels[i], labels[i]) for i in range(n)).encode())
write("columns.jsonl.gz", gzip.compress("".join(
    '{%s, "y": "%d"}\n' % (", ".join('"x%d": %d' % pair for pair in enumerate(pixels[i])), labels[i])
    for i in range(n)).encode()))
write("new.jsonl", "".join('{"x": %s}\n' % image_text(pixels[i]) for i in range(100)).encode())

with sqlite3.connect(os.path.join(folder, "d.db")) as database:
    names = ["x%d" % i for i in range(64)]
    database.execute("create table digits (id integer primary key, %s, y text)" % ", ".join(name + " real" for name in names))
    database.executemany("insert into digits values (%s)" % ", ".join("?" * 66), [[i] + pixels[i] + [str(labels[i])] for i in range(n)])


def png(pixels, height, width):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    lines = b"".join(b"\0" + bytes(pixels[width * r:width * r + width]) for r in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


# the first pictures of each class; the same rows in the order of the folders as a table of their own
order = [i for digit in range(10) for i in range(n) if labels[i] == digit][::3]
for i in order:
    os.makedirs(os.path.join(folder, "pictures", str(labels[i])), exist_ok=True)
    write("pictures/%d/%04d.png" % (labels[i], i), png(pixels[i], 8, 8))
write("pictures/0/.hidden.png", b"no picture")
write("pictures/0/notes.txt", b"no picture")
os.makedirs(os.path.join(folder, "unlabelled"))
for i in order[:5]:
    write("unlabelled/%04d.PNG" % i, png(pixels[i], 8, 8))
names = ["x%d" % i for i in range(64)] + ["y"]
write("pictures.csv", "\n".join([",".join(names)] + [",".join(map(str, pixels[i] + [labels[i]])) for i in order]).encode())
