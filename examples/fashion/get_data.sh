#!/usr/bin/env bash
# Puts the four files of Fashion-MNIST beside the specs: those of Debian's package dataset-fashion-mnist, else from its authors.
set -eu
cd "$(dirname "$0")"
files="train-images-idx3-ubyte.gz train-labels-idx1-ubyte.gz t10k-images-idx3-ubyte.gz t10k-labels-idx1-ubyte.gz"
packaged=/usr/share/datasets/fashion-mnist
authors=https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion
for file in $files; do
    [ -f "$file" ] && continue
    if [ -f "$packaged/$file" ]; then
        cp "$packaged/$file" "$file"
    else
        curl -fL --output "$file.part" "$authors/$file"
        mv "$file.part" "$file"
    fi
done
