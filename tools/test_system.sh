#!/bin/sh
# What the tests use of the system: a browser, media tools, and an RTSP server that is not ours.
# As root on Debian they are installed; otherwise one plain sentence says what is missing, and those tests are skipped.
set -eu
packages="chromium ffmpeg gir1.2-gst-rtsp-server-1.0 gstreamer1.0-rtsp gstreamer1.0-plugins-base
  gstreamer1.0-plugins-good gstreamer1.0-plugins-bad python3-gi vlc-bin vlc-plugin-base"
peers="$(dirname "$0")/../tests/peers"
if command -v npm >/dev/null; then # an RTSP server that refuses TCP
  [ -d "$peers/node_modules" ] || npm ci --prefix "$peers" --ignore-scripts --no-audit --no-fund --silent >/dev/null ||
    echo "One test will be skipped, because npm could not fetch its RTSP server."
else
  echo "One test will be skipped, because there is no npm: an RTSP server that refuses TCP."
fi
missing=""
for each in $packages; do
  dpkg-query -W -f '${Status}' "$each" 2>/dev/null | grep -q "install ok installed" || missing="$missing $each"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Some tests will be skipped, because these Debian packages are missing:$missing. Install them as root with apt-get."
fi
