#!/bin/sh
# build-static.sh FILE [ARCH]: the program as one file that needs nothing of the system it runs on: no C library, no time
# zones. ARCH is amd64 or arm64, without it that of this machine; the other one needs Debian's crossbuild-essential-ARCH.
# The same commit, Go, gcc and libc give the same bytes, in whichever folder it is built.
set -eu

file=$1
host=$(dpkg --print-architecture)
arch=${2:-$host}
cc=gcc
if [ "$arch" != "$host" ]; then
    case $arch in
    amd64) cc=x86_64-linux-gnu-gcc ;;
    arm64) cc=aarch64-linux-gnu-gcc ;;
    *) echo "build-static: amd64 or arm64, not $arch" >&2 && exit 1 ;;
    esac
fi
command -v "$cc" >/dev/null || {
    echo "build-static: $cc is missing: apt-get install crossbuild-essential-$arch" >&2
    exit 1
}

case $file in /*) ;; *) file=$PWD/$file ;; esac
cd "$(dirname "$0")/.."
# Without these, names of users and hosts are looked up by parts of the C library that cannot be linked in.
CGO_ENABLED=1 GOOS=linux GOARCH=$arch CC=$cc go build -trimpath -buildvcs=auto \
    -tags osusergo,netgo,sqlite_omit_load_extension,timetzdata \
    -ldflags='-s -w -linkmode=external -extldflags=-static -buildid=' -o "$file" ./cmd/hotline
