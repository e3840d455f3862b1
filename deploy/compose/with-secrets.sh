#!/bin/sh
# Each secret, a file, becomes the variable of its name; then the command.
set -eu
for file in "${SECRETS:-/run/secrets}"/*; do
    export "$(basename "$file")=$(cat "$file")"
done
exec "$@"
