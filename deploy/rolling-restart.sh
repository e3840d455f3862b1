#!/bin/sh
# Restart processes one after the other, each once the one before is ready: rolling-restart.sh 8001 8002
set -eu
for port in "$@"; do
    systemctl restart "preau@$port"
    tries=0
    until python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/readyz', timeout=3)" 2>/dev/null; do
        tries=$((tries + 1))
        if [ "$tries" -ge 240 ]; then
            echo "preau@$port is not ready: the others are left as they are" >&2
            exit 1
        fi
        sleep 0.5
    done
done
