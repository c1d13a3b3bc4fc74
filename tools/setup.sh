#!/bin/sh
# Installs what building and testing need on Debian 12, Debian 13 and Ubuntu 24.04, as root or with sudo. Does nothing, and needs
# no network, where all is there.
set -eu

packages="gcc g++ make cmake git bison flex llvm-19-dev clang-19 lld-19 liblld-19-dev libclang-rt-19-dev libz3-dev zlib1g-dev
libzstd-dev libxml2-dev musl-dev graphviz fonts-dejavu-core libcmocka-dev python3 jq file"

missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0

run=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "setup: run as root, or install sudo; missing packages:$missing" >&2; exit 1; }
    run=sudo
fi
. /etc/os-release
case "${ID:-}:${VERSION_ID:-}" in
    debian:12 | debian:13 | ubuntu:24.04) ;;
    *) echo "setup: tried on Debian 12, Debian 13 and Ubuntu 24.04; this is ${PRETTY_NAME:-unknown}, going on with apt-get" >&2 ;;
esac
echo "setup: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$run apt-get update -q >/dev/null
# shellcheck disable=SC2086
$run apt-get install -q -y --no-install-recommends $missing >/dev/null
