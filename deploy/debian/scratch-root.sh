#!/bin/bash
# scratch-root.sh [SUITE [PACKAGES]]: prints the path of an archive with a small Debian, in which the package and the images
# are tried: without arguments the one for the package, Debian 12 with systemd; with them what the image debian:SUITE-slim
# has, and those packages. It is made once, in a cache folder, from the archive that this machine's apt uses: half a minute,
# 220 MB. It needs root, mmdebstrap and, to be started, systemd-container; without them it says so and ends with 3.
set -euo pipefail
umask 022

suite=${1:-bookworm}
packages=${2-systemd,dbus,adduser,espeak-ng}
[ $# != 1 ] || packages=

[ "$(id -u)" = 0 ] || { echo "scratch-root: only root can" >&2 && exit 3; }
for tool in mmdebstrap systemd-nspawn nsenter; do
    command -v "$tool" >/dev/null || { echo "scratch-root: no $tool: apt-get install mmdebstrap systemd-container util-linux" >&2 && exit 3; }
done
unshare --mount --pid --uts --ipc --fork true 2>/dev/null || { echo "scratch-root: this machine lets nobody make namespaces" >&2 && exit 3; }

file=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/hotline/debian-$suite-$(echo "$packages" | md5sum | cut -c1-8).tar
mkdir -p "$(dirname "$file")"
exec 9>"$file.lock"
flock 9
if [ ! -e "$file" ]; then
    trap 'rm -f "$file.new"' EXIT
    # A copy of the archive may be older than its own best-before date.
    mmdebstrap --quiet --aptopt='Acquire::Check-Valid-Until "false"' --format=tar --variant=minbase ${packages:+--include="$packages"} "$suite" "$file.new" >&2
    mv "$file.new" "$file"
fi
echo "$file"
