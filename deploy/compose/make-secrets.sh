#!/bin/sh
# Draws the secrets of compose.yaml, once, in a folder that only you can read. Keep a copy of it elsewhere.
set -eu
umask 077
folder=$(dirname "$0")/secrets
mkdir "$folder"
draw() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
draw >"$folder/SECRET_KEY"
draw >"$folder/PREAU_METRICS_TOKEN"
draw >"$folder/POSTGRES_PASSWORD"
draw >"$folder/REDIS_PASSWORD"
printf 'postgresql://preau:%s@postgres/preau' "$(cat "$folder/POSTGRES_PASSWORD")" >"$folder/DATABASE_URL"
printf 'redis://:%s@redis/0' "$(cat "$folder/REDIS_PASSWORD")" >"$folder/REDIS_URL"
# Read by containers' own users; the folder keeps others of this machine out.
chmod 644 "$folder"/*
