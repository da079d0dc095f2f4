#!/bin/bash
# build.sh FOLDER [ARCH]: writes hotline_VERSION_ARCH.deb into FOLDER and prints its path. ARCH is amd64 or arm64, without
# it that of this machine. The same commit, Go, gcc and libc give the same bytes, in whichever folder and whenever it is built.
#
# The version is the tag of the commit, v1.2.3, or 0~git and the commit's time; HOTLINE_DEB_VERSION in the environment goes
# before both.
set -euo pipefail
umask 022
export LC_ALL=C TZ=UTC

to=$(realpath -m "$1")
host=$(dpkg --print-architecture)
arch=${2:-$host}
cd "$(dirname "$0")/../.."
here=$PWD/deploy/debian
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
commit=$(git rev-parse --short=12 HEAD)
maintainer="hotline <$(git log -1 --format=%ae)>"

# version prints the version of the package.
version() {
    local tag
    tag=$(git describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null || true)
    if [ -n "${HOTLINE_DEB_VERSION:-}" ]; then
        echo "$HOTLINE_DEB_VERSION"
    elif [ -n "$tag" ]; then
        echo "${tag#v}"
    else
        echo "0~git$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$commit"
    fi
}

# put FILE TARGET [MODE] lays a file into the package.
put() { install -D -m "${3:-0644}" "$1" "$root/$2"; }

# commands prints the commands for the manual page, as the program itself tells them to a shell that completes.
commands() {
    "$program" __complete '' 2>/dev/null | awk -F '\t' '
        NF == 2 && $1 != "help" { gsub(/-/, "\\-"); printf ".TP\n.B %s\n\\&%s\n", $1, $2 }'
}

# licences prints what the authors of everything that is linked in ask to be passed on.
licences() {
    cat "$here/copyright"
    printf '\n\n==== The Go standard library\n\n'
    cat "$(go env GOROOT)/LICENSE"
    GOOS=linux GOARCH=$arch CGO_ENABLED=1 go list -deps \
        -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/hotline | sort -u |
        while read -r path release dir; do
            printf '\n\n==== %s %s\n\n' "$path" "$release"
            find "$dir" -maxdepth 1 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' \) | sort | xargs -d '\n' cat
        done
}

# fill FILE fills in what differs from package to package.
fill() {
    sed -e "s|@VERSION@|$version|" -e "s|@ARCH@|$arch|" -e "s|@MAINTAINER@|$maintainer|" \
        -e "s|@DATE@|$(date -d "@$SOURCE_DATE_EPOCH" +%F)|" -e "s|@SIZE@|${size:-}|" "$1"
}

# programs builds the program, and one that runs here to say what it can do.
programs() {
    deploy/build-static.sh "$root/usr/bin/hotline" "$arch"
    program=$root/usr/bin/hotline
    if [ "$arch" != "$host" ]; then
        program=$work/hotline
        go build -trimpath -o "$program" ./cmd/hotline
    fi
}

# documents lays down what is there to read.
documents() {
    local doc=usr/share/doc/hotline file
    git ls-files -z -- README.md LISEZMOI.md 'docs/*.md' examples ':!docs/decisions' | while IFS= read -r -d '' file; do
        put "$file" "$doc/$file"
    done
    licences >"$work/copyright"
    put "$work/copyright" "$doc/copyright"
    printf 'hotline (%s) stable; urgency=medium\n\n  * Commit %s.\n\n -- %s  %s\n' "$version" "$commit" "$maintainer" \
        "$(date -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$work/changelog.gz"
    put "$work/changelog.gz" "$doc/changelog.gz"
    commands >"$work/commands"
    fill "$here/hotline.1.in" | sed -e "/^@COMMANDS@/ { r $work/commands" -e 'd }' | gzip -9n >"$work/hotline.1.gz"
    put "$work/hotline.1.gz" usr/share/man/man1/hotline.1.gz
}

# controls writes the part of the package that dpkg reads.
controls() {
    local size script
    size=$(find "$root" -type f -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
    mkdir -p "$root/DEBIAN"
    fill "$here/control.in" >"$root/DEBIAN/control"
    for script in postinst prerm postrm; do
        put "$here/$script" "DEBIAN/$script" 0755
    done
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) >"$work/md5sums"
    put "$work/md5sums" DEBIAN/md5sums
}

version=$(version)
programs
documents
put "$here/hotline.service" usr/lib/systemd/system/hotline.service
put "$here/lintian-overrides" usr/share/lintian/overrides/hotline
"$program" completion bash >"$work/completion"
put "$work/completion" usr/share/bash-completion/completions/hotline
controls

find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$to"
# One thread, because the number of threads shows in what xz writes.
DPKG_DEB_THREADS_MAX=1 dpkg-deb --root-owner-group -Zxz --build "$root" "$work/hotline.deb" >/dev/null
mv "$work/hotline.deb" "$to/hotline_${version}_$arch.deb"
echo "$to/hotline_${version}_$arch.deb"
