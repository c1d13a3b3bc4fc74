#!/bin/sh
# Compiles the credit example into a trainer, trains it, and says where everything lies.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build/demo
cp -r examples/credit build/demo/
cd build/demo/credit
echo '$ lspec check credit.lspec'
../../lspec check credit.lspec
echo '$ lspec build credit.lspec'
../../lspec build credit.lspec
echo '$ ./credit'
./credit
echo
echo "the spec:    build/demo/credit/credit.lspec"
echo "the trainer: build/demo/credit/credit"
echo "the report:  build/demo/credit/runs/credit/"
