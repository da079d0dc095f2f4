#!/usr/bin/env bash
# get-asterisk.sh [DEST]: a real Asterisk for the tests and the demo, without root and without touching the system.
#
# An Asterisk that is installed on this machine is used as it is. Otherwise the distribution's own packages (Asterisk,
# the libraries it is linked with, French prompts, music) are unpacked into DEST: about 200 MB, half a minute.
# Debian 12 and 13 have no Asterisk of their own, so there the packages come from a later suite of the archive that
# this machine's apt already uses; on Ubuntu they come from the machine's own suite.
#
# Standard output is one line, the prefix: DEST, or "/" for an installed Asterisk. Put it into HOTLINE_ASTERISK.
# Messages go to standard error. Running it again, or twice at the same time, is safe and cheap.
set -euo pipefail
umask 022

recipe=1 # Raise it when the list of what is unpacked changes: older copies are then replaced.
debian_suites="forky sid"
packages="asterisk asterisk-core-sounds-fr-wav asterisk-moh-opsound-wav"

say() { echo "get-asterisk: $*" >&2; }
die() { say "$@"; exit 1; }

# default_dest prints the cache folder: the user's, or one in the repository where there is no usable home.
default_dest() {
    local cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}
    if mkdir -p "$cache/hotline" 2>/dev/null && [ -w "$cache/hotline" ]; then
        echo "$cache/hotline/asterisk"
    else
        echo "$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/.cache/asterisk"
    fi
}

# installed says whether this machine has an Asterisk that the tests can use: it starts, it has ARI, and it has music.
installed() {
    PATH="$PATH:/usr/local/sbin:/usr/sbin" command -v asterisk >/dev/null || return 1
    PATH="$PATH:/usr/local/sbin:/usr/sbin" asterisk -V >/dev/null 2>&1 || return 1
    local module music
    module=$(ls /usr/lib/*/asterisk/modules/res_ari.so /usr/lib/asterisk/modules/res_ari.so /usr/lib64/asterisk/modules/res_ari.so 2>/dev/null | head -n 1)
    music=$(ls /usr/share/asterisk/moh/*.wav /var/lib/asterisk/moh/*.wav 2>/dev/null | head -n 1)
    [ -n "$module" ] && [ -n "$music" ]
}

# archives ID CODENAME prints the addresses of the distribution's own archive as this machine's apt knows them, best
# first: those with the distribution's name in their path, then the others that carry its release. Security updates
# are left out; another vendor's repository is refused by its signature. --no-release-info: also before the machine's
# first apt-get update.
archives() {
    apt-get indextargets --no-release-info --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
        awk -F'|' -v id="$1" -v codename="$2" '
            $3 != "main" || ($1 $2) ~ /security/ { next }
            $1 ~ ("/" id "(-ports)?(/|$)") { print 1, NR, $1; next }
            $2 == codename { print 2, NR, $1 }
        ' | sort -n -k1,1 -k2,2 | awk '!seen[$3]++ { print $3 }'
}

# private_apt DIR URI SUITE COMPONENTS KEYRING sets apt up to work in DIR alone, with one archive and nothing installed.
# The machine's own apt settings (proxy, certificates, credentials) stay in force.
private_apt() {
    local dir=$1 arch
    arch=$(dpkg --print-architecture)
    rm -rf "$dir"
    mkdir -p "$dir"/state/lists/partial "$dir"/cache/archives/partial "$dir"/none
    : >"$dir/status"
    echo "deb [arch=$arch signed-by=$5 check-valid-until=no] $2 $3 $4" >"$dir/sources.list"
    cat >"$dir/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Architectures;
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "true";
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "$dir/none";
Dir::Etc::preferences "$dir/none/preferences";
Dir::Etc::preferencesparts "$dir/none";
Dir::State "$dir/state";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
CONF
}

# choose_archive DIR leaves in DIR an apt that knows Asterisk, or ends the script.
choose_archive() {
    local dir=$1 id codename suites components keyring uri suite
    codename=$(. /etc/os-release && echo "${UBUNTU_CODENAME:-${VERSION_CODENAME:-}}")
    id=$(. /etc/os-release && case " $ID ${ID_LIKE:-} " in *" ubuntu "*) echo ubuntu ;; *) echo debian ;; esac)
    if [ "$id" = ubuntu ]; then
        suites=$codename
        components="main universe"
    else
        suites=$debian_suites
        components=main
    fi
    keyring=/usr/share/keyrings/$id-archive-keyring.gpg
    [ -r "$keyring" ] || die "$keyring is missing: install the package $id-archive-keyring ($id-keyring on Ubuntu)"
    for uri in $(archives "$id" "$codename"); do
        for suite in $suites; do
            private_apt "$dir" "$uri" "$suite" "$components" "$keyring"
            if apt-get -c "$dir/apt.conf" -qq update >"$dir/update.log" 2>&1 &&
                apt-cache -c "$dir/apt.conf" show asterisk >/dev/null 2>&1; then
                say "taking Asterisk from $id suite $suite"
                return
            fi
        done
    done
    [ -r "$dir/update.log" ] && cat "$dir/update.log" >&2
    die "no $id archive with the package asterisk among apt's sources: add one, or install Asterisk 16 or later"
}

# wanted DIR prints the packages to unpack: Asterisk and the libraries it needs, not what a running system would add.
wanted() {
    apt-get -c "$1/apt.conf" -qq -s install $packages | awk '/^Inst/ {print $2}' |
        grep -E '^(lib|asterisk)' | grep -vE '^(libperl|libsystemd-shared|liblua)'
}

# unpack DIR TO downloads the wanted packages and unpacks them into TO without running any of their scripts.
unpack() {
    local dir=$1 to=$2 list deb
    list=$(wanted "$dir")
    [ -n "$list" ] || die "apt found no packages to unpack"
    mkdir -p "$to"
    (cd "$dir/cache/archives" && apt-get -c "$dir/apt.conf" -qq download $list >&2)
    for deb in "$dir"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner -C "$to" \
            --exclude='./usr/share/doc*' --exclude='./usr/share/man*' --exclude='./usr/share/locale*' \
            --exclude='*/gconv*' --exclude='*/perl*'
    done
}

# finish TO adds what the packages' install scripts would have done, and the command that starts this Asterisk.
finish() {
    local to=$1 triplet loader lang
    case $(dpkg --print-architecture) in
    amd64) triplet=x86_64-linux-gnu loader=ld-linux-x86-64.so.2 ;;
    arm64) triplet=aarch64-linux-gnu loader=ld-linux-aarch64.so.1 ;;
    *) die "only amd64 and arm64 are supported here: install Asterisk 16 or later" ;;
    esac
    for lang in "en en_US_f_Allison" "fr fr_CA_f_June"; do
        set -- $lang
        [ -e "$to/usr/share/asterisk/sounds/$1" ] || [ ! -d "$to/usr/share/asterisk/sounds/$2" ] ||
            ln -sfn "$2" "$to/usr/share/asterisk/sounds/$1"
    done
    loader=$(cd "$to" && find . -name "$loader" -print -quit)
    [ -n "$loader" ] || die "the unpacked packages hold no $triplet loader"
    cat >"$to/asterisk" <<RUN
#!/bin/sh
# Starts the Asterisk of this folder with the libraries of this folder.
here=\$(dirname "\$(readlink -f "\$0")")
exec "\$here/${loader#./}" --library-path "\$here/lib/$triplet:\$here/usr/lib/$triplet:\$here/lib:\$here/usr/lib" "\$here/usr/sbin/asterisk" "\$@"
RUN
    chmod 0755 "$to/asterisk"
    echo "$recipe" >"$to/.complete"
}

complete() { [ "$(cat "$1/.complete" 2>/dev/null)" = "$recipe" ]; }

main() {
    if installed; then
        say "using the Asterisk that is installed"
        echo /
        return
    fi
    local dest
    dest=$(realpath -m "${1:-$(default_dest)}")
    mkdir -p "$(dirname "$dest")"
    exec 9>"$dest.lock"
    flock 9
    if ! complete "$dest"; then
        command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
            die "neither Asterisk nor apt-get is here: install Asterisk 16 or later with your package manager"
        work=$(mktemp -d "$dest.XXXXXX") # Not local: the trap runs after main.
        trap 'rm -rf "$work"' EXIT
        choose_archive "$work/apt"
        unpack "$work/apt" "$work/root"
        finish "$work/root"
        rm -rf "$dest"
        mv "$work/root" "$dest"
        say "unpacked $("$dest/asterisk" -V 2>/dev/null || echo 'Asterisk of another architecture') in $dest"
    fi
    echo "$dest"
}

main "$@"
