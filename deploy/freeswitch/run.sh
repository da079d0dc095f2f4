#!/bin/sh
# What the container of FreeSWITCH starts: takes the configuration that comes with the image, lays the files of this folder
# into it, and over them those of /etc/hotline/freeswitch (the operator's gateway), then becomes FreeSWITCH. The password in
# /etc/hotline/hotline.secret is that of the event socket, and of the phones 1000 to 1019.
#
# Everything that changes is in /var/lib/pbx.
set -eu
umask 027

from=$(dirname "$0")
state=/var/lib/pbx
conf=$state/conf
mkdir -p "$conf" "$state/log/cdr-csv" "$state/db" "$state/recordings" "$state/tmp" "$state/run"

# vanilla prints the folder of the configuration that FreeSWITCH comes with.
vanilla() {
    for folder in /usr/share/freeswitch/conf/vanilla /etc/freeswitch /usr/local/freeswitch/conf ${FREESWITCH_PREFIX:+"$FREESWITCH_PREFIX/etc/freeswitch"}; do
        [ ! -e "$folder/freeswitch.xml" ] || { echo "$folder" && return; }
    done
    echo "run: this image has no configuration of FreeSWITCH" >&2
    exit 1
}

# escape makes a value safe in the XML that sed writes.
escape() { printf %s "$1" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/"/\&quot;/g' -e 's/[&|\]/\\&/g'; }

# lay FILE [AS] fills in one file of this folder.
lay() {
    mkdir -p "$conf/$(dirname "${2:-$1}")"
    sed -e "s|@ESL_PASSWORD@|$secret|g" -e "s|@ESL_ADDRESS@|127.0.0.1|g" -e "s|@ESL_PORT@|${HOTLINE_ESL_PORT:-8021}|g" \
        -e "s|@APP@|hotline|g" -e "s|@NUMBERS@|[+0-9]+|g" -e "s|@LOG@|$state/log|g" -e "s|@FALLBACK@|$busy|" \
        "$from/$1" >"$conf/${2:-$1}"
}

# Nobody else answers here: a tone and an end, unpaid. Another fallback is /etc/hotline/freeswitch/dialplan/hotline.xml.
busy='<action application="pre_answer"/>\
        <action application="playback" data="tone_stream://%(500,500,440);loops=5"/>\
        <action application="hangup" data="NORMAL_CIRCUIT_CONGESTION"/>'

secret=$(escape "$(cat /etc/hotline/hotline.secret)")
cp -R "$(vanilla)/." "$conf/"
lay dialplan/hotline.xml
lay dialplan/public/hotline.xml dialplan/public/00_hotline.xml
lay autoload_configs/event_socket.conf.xml
lay autoload_configs/cdr_csv.conf.xml
# The password that all the world knows, and transfers that an outside caller could order.
sed -i "s|default_password=1234|default_password=$secret|" "$conf/vars.xml"
sed -i 's|<settings>|<settings><param name="disable-transfer" value="true"/>|' "$conf/sip_profiles/external.xml"
if [ -d /etc/hotline/freeswitch ]; then
    cp -R /etc/hotline/freeswitch/. "$conf/"
fi

PATH=$PATH${FREESWITCH_PREFIX:+:$FREESWITCH_PREFIX/bin}
exec freeswitch -nf -nonat -conf "$conf" -log "$state/log" -db "$state/db" -run "$state/run" -temp "$state/tmp" -certs "$conf/tls" \
    -recordings "$state/recordings" -storage "$state/recordings"
