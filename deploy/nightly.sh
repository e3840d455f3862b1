#!/bin/sh
# Each night, when no class is running: save the database, let old saves go, and make the bytes of what was erased go.
# DATABASE_URL; PREAU_BACKUPS, a folder; PREAU_BACKUP_DAYS, how long a save is kept; ADMIN_URL, a role that may switch
# and checkpoint PostgreSQL's log (DATABASE_URL's, unless said).
set -eu
umask 077
database=$(printf %s "$DATABASE_URL" | sed 's,^postgres\(ql\)\{0\,1\}\(+psycopg\)\{0\,1\}://,postgresql://,')
folder=${PREAU_BACKUPS:-/var/backups/preau}

pg_dump --format=custom --file="$folder/draft" "$database"
mv "$folder/draft" "$folder/preau-$(date +%F).dump"
find "$folder" -name 'preau-*.dump' -mtime "+$((${PREAU_BACKUP_DAYS:-7} - 1))" -delete

# Autovacuum frees a row's place without wiping it. These tables are small: each is locked for milliseconds.
for table in response participant room_count written_text set_apart access link; do
    psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 "$database" -c "VACUUM (FULL, ANALYZE) $table"
done
psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --output=/dev/null "${ADMIN_URL:-$database}" \
    -c 'SELECT pg_switch_wal()' -c 'CHECKPOINT'
