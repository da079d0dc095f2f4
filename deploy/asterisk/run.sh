#!/bin/sh
# What the container of Asterisk starts: fills in the files of this folder, lays those of /etc/hotline/asterisk over them
# (a trunk that has to register, another fallback), then becomes Asterisk. HOTLINE_OPERATOR in the environment is the address
# of the operator's SIP server; /etc/hotline/hotline.secret has hotline's password.
#
# Everything that changes is in /var/lib/pbx; etc/pjsip_phones.conf there has the phones' passwords, made up at the first
# start, and is not touched again.
set -eu
umask 027

from=$(dirname "$0")
state=/var/lib/pbx
etc=$state/etc
mkdir -p "$etc" "$state/lib" "$state/cache" "$state/spool/recording" "$state/spool/tmp" "$state/log/cel-custom" /run/pbx

# fill FILE [NAME VALUE]... prints a file with values in the place of names between two @.
fill() {
    file=$1
    shift
    script=
    while [ $# -gt 0 ]; do
        script="$script;s|@$1@|$(printf %s "$2" | sed -e 's/[&|\]/\\&/g' -e '$!s/$/\\/')|g"
        shift 2
    done
    sed "$script" "$file"
}

secret=$(cat /etc/hotline/hotline.secret)
rtp=${HOTLINE_RTP:-10000-20000}
operator=${HOTLINE_OPERATOR:-127.0.0.1}
# Nobody else answers here: a tone and an end, unpaid.
busy='Progress()
 same => n,Playback(tt-allbusy,noanswer)
 same => n,Hangup(34)'
for file in "$from"/*.conf; do
    fill "$file" STATE "$state" RUN /run/pbx MODULES "$(echo /usr/lib/*/asterisk/modules)" DATA /usr/share/asterisk \
        APP hotline ARI_PASSWORD "$secret" HTTP_ADDRESS 127.0.0.1 HTTP_PORT "${HOTLINE_ARI_PORT:-8088}" \
        SIP_BIND "${HOTLINE_SIP_BIND:-0.0.0.0:5060}" TRUNK_CONTACT "sip:$operator" TRUNK_MATCH "${operator%%:*}" \
        RTP_START "${rtp%-*}" RTP_END "${rtp#*-}" FALLBACK "$busy" >"$etc/$(basename "$file")"
done
# Parts of Asterisk complain about each of these that is missing.
for name in acl ccss cdr features manager pjproject stasis udptl websocket_client; do
    : >"$etc/$name.conf"
done
if [ ! -e "$etc/pjsip_phones.conf" ]; then
    for phone in 101 102 103 104 105 106 107 108 109 110; do
        fill "$from/phone.conf.in" PHONE "$phone" PHONE_PASSWORD "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')"
    done >"$etc/pjsip_phones.conf.new"
    mv "$etc/pjsip_phones.conf.new" "$etc/pjsip_phones.conf"
fi
if [ -d /etc/hotline/asterisk ]; then
    cp -R /etc/hotline/asterisk/. "$etc/"
fi
exec asterisk -f -C "$etc/asterisk.conf"
