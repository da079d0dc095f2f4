#!/bin/bash
# scratch-root.sh: prints the path of an archive with a small Debian 12 (systemd, apt, espeak-ng), in which the package and
# the images are tried. It is made once, in a cache folder, from the archive that this machine's apt uses: half a minute,
# 220 MB. It needs root, mmdebstrap and, to be started, systemd-container; without them it says so and ends with 1.
set -euo pipefail
umask 022

recipe=1 # Raise it when what is in the archive changes.
packages=systemd,dbus,adduser,espeak-ng

[ "$(id -u)" = 0 ] || { echo "scratch-root: only root can" >&2 && exit 1; }
for tool in mmdebstrap systemd-nspawn nsenter; do
    command -v "$tool" >/dev/null || { echo "scratch-root: no $tool: apt-get install mmdebstrap systemd-container util-linux" >&2 && exit 1; }
done

file=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/hotline/debian-bookworm-$recipe.tar
mkdir -p "$(dirname "$file")"
exec 9>"$file.lock"
flock 9
if [ ! -e "$file" ]; then
    trap 'rm -f "$file.new"' EXIT
    mmdebstrap --quiet --format=tar --variant=minbase --include="$packages" bookworm "$file.new" >&2
    mv "$file.new" "$file"
fi
echo "$file"
