#!/usr/bin/env python3
"""mkzip OUT FOLDER: a flat zip of the folder's files, the same octets whoever makes it and when."""
import os
import sys
import zipfile

out, root = sys.argv[1:3]
with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
    for name in sorted(os.listdir(root)):
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o644 << 16
        with open(os.path.join(root, name), "rb") as file:
            archive.writestr(info, file.read())
